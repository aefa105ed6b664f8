import { readFile } from 'node:fs/promises';
import path from 'node:path';

import type { Window } from '../workbench.ts';
import { until } from '../workbench.ts';
import { expectEqual, expectText } from './expect.ts';
import { inProfile, open, picture, type Scenario, type Stage, workspace } from './scenario.ts';

const AROUND = '# a comment\r\nFROM  --platform=linux/amd64 {} as Base \r\nRUN true';

/** The link in the card changes the file to the expected bytes, and so does the code action. */
export const pinChangesTheFile: Scenario = async (stage) => {
  const text = AROUND.replace('{}', 'python:3.12-slim');
  const folder = await workspace(stage, { Dockerfile: text });
  const file = path.join(folder, 'Dockerfile');
  await inProfile(stage, {}, async (profile) => {
    const window = await open(stage, profile, folder);
    await window.openFile('Dockerfile');
    await window.hover(2, 32, 'Copy digest');
    await picture(stage, window, 'before');
    await window.page.locator('.monaco-hover a', { hasText: /^Pin$/ }).click();
    await expectPinned(stage, window, file, text);
    await picture(stage, window, 'link');
    await window.page.locator('.view-line', { hasText: 'RUN true' }).click();
    await until(async () => {
      await window.page.keyboard.press('Control+Z');
      await window.page.keyboard.press('Control+S');
      expectEqual(await readFile(file, 'utf8'), text);
    }, 15_000);
    await window.goTo(2, 32);
    const row = window.page.locator('.action-widget .action', { hasText: /^Pin .*digest/ }).first();
    await until(async () => {
      await window.page.keyboard.press('Control+.');
      await row.waitFor({ timeout: 3_000 });
    }, 20_000);
    await picture(stage, window, 'menu');
    await row.click();
    await expectPinned(stage, window, file, text);
    await picture(stage, window);
  });
};

/** Pin All in Workspace shows VS Code's preview with everything in it; what is left out stays. */
export const pinWorkspaceShowsThePreview: Scenario = async (stage) => {
  const folder = await workspace(stage, {}, 'web-app');
  const [file, other] = ['Dockerfile', 'compose.yaml'].map((name) => path.join(folder, name));
  if (file === undefined || other === undefined) {
    throw new Error('no files');
  }
  const [before, otherBefore] = [await readFile(file, 'utf8'), await readFile(other, 'utf8')];
  await inProfile(stage, {}, async (profile) => {
    const window = await open(stage, profile, folder, { height: 900 });
    await window.openFile('Dockerfile');
    await window.command('Tagwise: Pin All Images in Workspace');
    const apply = window.page.locator('.part.panel .monaco-button', { hasText: 'Apply' });
    await apply.waitFor({ timeout: 60_000 });
    const ticks = window.page.locator('.part.panel .monaco-list-row .edit-checkbox');
    await ticks.nth(3).waitFor();
    expectEqual(await ticks.and(window.page.locator('[aria-checked="true"]')).count(), await ticks.count());
    const rows = window.page.locator('.part.panel .monaco-list-row', { hasText: 'compose.yaml' });
    await rows.locator('.edit-checkbox').click();
    await picture(stage, window);
    await picture(stage, window, 'panel', { x: 352, y: 576, width: 844, height: 280 });
    expectEqual(await readFile(file, 'utf8'), before);
    await apply.click();
    // It is saved, as any change is that goes over several files.
    await until(async () => {
      expectText(await readFile(file, 'utf8'), /FROM --platform=\$BUILDPLATFORM node:22-slim@sha256:/);
    }, 20_000);
    expectEqual(await readFile(other, 'utf8'), otherBefore);
  });
};

/** In `.env`, from where a compose file has the tag, the list replaces the whole of it. */
export const completionReplacesTheTag: Scenario = async (stage) => {
  const folder = await workspace(stage, {}, 'web-app');
  const file = path.join(folder, '.env');
  const before = await readFile(file, 'utf8');
  expectText(before, 'REDIS_TAG=7-alpine');
  await inProfile(stage, {}, async (profile) => {
    const window = await open(stage, profile, folder);
    await window.openFile('.env');
    const line = before.split('\n').findIndex((each) => each.startsWith('REDIS_TAG='));
    await window.goTo(line + 1, 'REDIS_TAG='.length + 1);
    const row = window.page.locator('.suggest-widget .monaco-list-row', { hasText: '8-alpine' }).first();
    await until(async () => {
      await window.page.keyboard.press('Escape');
      await window.page.keyboard.press('Control+Space');
      await row.waitFor({ timeout: 3_000 });
    }, 30_000);
    await picture(stage, window);
    await row.click();
    await until(async () => {
      await window.command('File: Save All Files');
      expectEqual(await readFile(file, 'utf8'), before.replace('7-alpine', '8-alpine'));
    }, 20_000);
  });
};

async function expectPinned(
  stage: Stage,
  window: Window,
  file: string,
  before: string,
): Promise<void> {
  const digest = await stage.registry.digest('library/python', '3.12-slim');
  const wanted = before.replace('python:3.12-slim', `python:3.12-slim@${digest}`);
  await window.page.locator('.view-line', { hasText: '@sha256:' }).first().waitFor();
  await until(async () => {
    await window.page.keyboard.press('Control+S');
    expectEqual(await readFile(file, 'utf8'), wanted);
  }, 15_000);
}
