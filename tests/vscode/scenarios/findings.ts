/** What is wrong, what to write, where it leads: findings, completion, links, definitions. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';

import { until, type Window } from '../workbench.ts';
import { expectEqual, expectText } from './expect.ts';
import { inProfile, open, picture, type Scenario, type Stage, workspace } from './scenario.ts';

const TEXT = [
  'ARG BASE=python:3.12-slim',
  'FROM ${BASE} AS build',
  'FROM node:22-slimm',
  'COPY --from=build /srv /srv',
  '',
].join('\n');

/** A finding stands in the Problems view with its code; its fix changes the tag and nothing else. */
export const findingsAreToldAndMended: Scenario = async (stage) => {
  const folder = await workspace(stage, { Dockerfile: TEXT });
  const file = path.join(folder, 'Dockerfile');
  await inProfile(stage, {}, async (profile) => {
    const window = await open(stage, profile, folder);
    await window.openFile('Dockerfile');
    await finding(stage, window, file);
    await completion(stage, window, file);
    await link(stage, window);
    await definitions(stage, window);
  });
};

async function finding(stage: Stage, window: Window, file: string): Promise<void> {
  await window.command('Problems: Focus on Problems View');
  const problem = window.page.locator('.markers-panel .monaco-list-row', { hasText: '22-slimm' });
  await problem.first().waitFor();
  expectText(await problem.first().innerText(), /tagwise\s*not-found/);
  await picture(stage, window, 'problems');
  await window.page.locator('.tab[data-resource-name="Dockerfile"]').click();
  await window.goTo(3, 10);
  const fix = window.page.locator('.action-widget .action', { hasText: '22-slim' }).first();
  await until(async () => {
    await window.page.keyboard.press('Control+.');
    await fix.waitFor({ timeout: 3_000 });
  }, 20_000);
  await picture(stage, window, 'fixes');
  await fix.click();
  await saved(window, file, TEXT.replace('22-slimm', '22-slim'));
  await problem.first().waitFor({ state: 'hidden' });
  await window.command('View: Hide Panel');
}

/** The list replaces the whole tag, wherever in it the cursor stands. */
async function completion(stage: Stage, window: Window, file: string): Promise<void> {
  await window.goTo(3, 'FROM node:22'.length + 1);
  const row = window.page.locator('.suggest-widget .monaco-list-row', { hasText: '24-slim' }).first();
  await until(async () => {
    await window.page.keyboard.press('Escape');
    await window.page.keyboard.press('Control+Space');
    await row.waitFor({ timeout: 3_000 });
  }, 30_000);
  await picture(stage, window, 'completion');
  await row.click();
  await saved(window, file, TEXT.replace('22-slimm', '24-slim'));
}

/** The link's target is told before it is followed: nothing is opened here. */
async function link(stage: Stage, window: Window): Promise<void> {
  await window.goTo(3, 8);
  await window.command('Open Link');
  const question = window.page.locator('.monaco-dialog-box');
  await question.waitFor();
  expectText(await question.innerText(), 'https://hub.docker.com/_/node');
  await picture(stage, window, 'link');
  await window.page.keyboard.press('Escape');
  await question.waitFor({ state: 'hidden' });
}

/** A variable leads to its ARG, a stage to its FROM. */
async function definitions(stage: Stage, window: Window): Promise<void> {
  const position = window.page.locator('.statusbar-item', { hasText: /^Ln / });
  const leads = async (from: readonly [number, number], to: string): Promise<void> => {
    await window.goTo(...from);
    await window.page.keyboard.press('F12');
    await until(async () => {
      expectEqual((await position.innerText()).trim(), to);
    }, 15_000);
  };
  await leads([2, 'FROM ${B'.length], 'Ln 1, Col 5');
  await leads([4, 'COPY --from=bu'.length], 'Ln 2, Col 17');
  await picture(stage, window);
}

async function saved(window: Window, file: string, wanted: string): Promise<void> {
  await until(async () => {
    await window.page.keyboard.press('Control+S');
    expectEqual(await readFile(file, 'utf8'), wanted);
  }, 15_000);
}
