/** Commands of the palette on a document, and what the status bar says: one start for all. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';

import { pause, until, type Window } from '../workbench.ts';
import { expectEqual, expectText } from './expect.ts';
import { inProfile, open, picture, type Scenario, type Stage, workspace } from './scenario.ts';

const TEXT = 'FROM alpine:3.21\nFROM golang:1.25 AS build\n';

/** Pin by a double click on a hint, pin all, follow a tag that has moved, unpin, copy, open. */
export const thePaletteDoesWhatItSays: Scenario = async (stage) => {
  const folder = await workspace(stage, { Dockerfile: TEXT });
  const file = path.join(folder, 'Dockerfile');
  const settings = { 'tagwise.inlayHints.enabled': true };
  stage.registry.quota = { limit: 100, remaining: 76 };
  try {
    await inProfile(stage, { settings }, async (profile) => {
      const window = await open(stage, profile, folder);
      await window.openFile('Dockerfile');
      await quota(stage, window);
      await pins(stage, window, file);
      await copies(stage, window);
      await opens(stage, window);
      await window.command('Tagwise: Show Output');
      const output = window.page.locator('.part.panel .output-view, .part.panel .monaco-editor');
      await output.filter({ hasText: 'Tagwise of the extension' }).first().waitFor();
      const before = (await profile.output()).split('Tagwise of the extension').length;
      await window.command('Tagwise: Restart Server');
      await until(async () => {
        const starts = (await profile.output()).split('Tagwise of the extension').length;
        expectEqual(starts, before + 1);
      }, 20_000);
      await picture(stage, window, 'output');
    });
  } finally {
    stage.registry.quota = undefined;
  }
};

/** What a registry says of pulls left stands in the status bar. */
async function quota(stage: Stage, window: Window): Promise<void> {
  await window.hover(2, 8, '76 of 100');
  await picture(stage, window, 'quota-card');
  await window.page.keyboard.press('Escape');
  const status = window.page.locator('.statusbar-item', { hasText: 'Tagwise' });
  await status.filter({ hasText: '76/100' }).waitFor();
  expectText((await status.getAttribute('aria-label')) ?? '', 'docker.io: 76 of 100 pulls left');
}

async function pins(stage: Stage, window: Window, file: string): Promise<void> {
  const [alpine, newer, golang] = await Promise.all([
    stage.registry.digest('library/alpine', '3.21'),
    stage.registry.digest('library/alpine', '3.22'),
    stage.registry.digest('library/golang', '1.25'),
  ]);
  const first = TEXT.replace('alpine:3.21', `alpine:3.21@${alpine}`);
  const hint = window.page.locator('.view-line', { hasText: 'alpine:3.21' }).locator('span > span');
  const digest = hint.filter({ hasText: /^\s*sha256:/ }).first();
  await digest.waitFor();
  await until(async () => {
    // Lines move while lenses arrive: a click may have missed.
    if ((await digest.count()) > 0) {
      await digest.dblclick({ timeout: 3_000 });
    }
    await window.page.keyboard.press('Control+S');
    await pause(500);
    expectEqual(await readFile(file, 'utf8'), first);
  }, 30_000);
  await picture(stage, window, 'hint');
  const both = first.replace('golang:1.25', `golang:1.25@${golang}`);
  await window.command('Tagwise: Pin All Images in File');
  await saved(window, file, both);
  await stage.registry.move('library/alpine', '3.21', '3.22');
  await window.command('Tagwise: Update Pins in File');
  await saved(window, file, both.replace(alpine, newer));
  await picture(stage, window);
  await window.goTo(1, 8);
  await window.command('Tagwise: Unpin');
  await saved(window, file, TEXT.replace('golang:1.25', `golang:1.25@${golang}`));
}

async function copies(stage: Stage, window: Window): Promise<void> {
  const digest = await stage.registry.digest('library/golang', '1.25');
  const wanted = {
    'Copy Digest': digest,
    'Copy Canonical Name': `docker.io/library/golang:1.25@${digest}`,
  };
  for (const [title, text] of Object.entries(wanted)) {
    await window.goTo(2, 8);
    await window.command(`Tagwise: ${title}`);
    await until(async () => {
      expectEqual(await window.page.evaluate(() => navigator.clipboard.readText()), text);
    }, 10_000);
  }
}

/** The workbench says where it would go; it does not go there. */
async function opens(stage: Stage, window: Window): Promise<void> {
  await window.goTo(2, 8);
  await window.command('Tagwise: Open in Registry');
  const question = window.page.locator('.monaco-dialog-box');
  await question.waitFor();
  expectText(await question.innerText(), 'https://hub.docker.com/_/golang');
  await picture(stage, window, 'registry');
  await window.page.keyboard.press('Escape');
  await question.waitFor({ state: 'hidden' });
}

/** Without an engine the view says so, and how to go on; offline is told; the walkthrough draws. */
export const aNewcomerIsShownAround: Scenario = async (stage) => {
  const folder = await workspace(stage, { Dockerfile: TEXT, 'api.Dockerfile': 'FROM debian:12\n' });
  const environment = { DOCKER_HOST: 'unix:///nowhere/docker.sock' };
  await inProfile(stage, { environment }, async (profile) => {
    // The pictures of a walkthrough have room in a wide window only.
    const window = await open(stage, profile, folder, { width: 1600, height: 900 });
    await window.openFile('Dockerfile');
    await window.hover(1, 8, 'sha256:');
    await window.page.keyboard.press('Escape');
    await window.page.locator('.activitybar .action-label[aria-label^="Tagwise"]').click();
    const view = window.page.locator('.pane-body .welcome-view');
    await view.filter({ hasText: 'No engine answers' }).waitFor();
    await picture(stage, window, 'no-engine');
    await window.command('Welcome: Open Walkthrough');
    await window.quickPick().filter({ hasText: 'Get Started with Tagwise' }).click();
    const steps = window.page.locator('.gettingStartedDetailsContent .getting-started-step');
    await steps.nth(3).waitFor();
    const drawn = window.page.locator('.gettingStartedDetailsContent .getting-started-media img');
    await until(async () => {
      const width = await drawn.first().evaluate((image) => (image as HTMLImageElement).naturalWidth);
      expectEqual(width > 100, true);
    }, 15_000);
    await picture(stage, window);
    await window.close();
    // In a window of its own: the workbench reads a user's settings when it opens.
    await profile.setSettings({ ...stage.registry.settings(), 'tagwise.offline': true });
    await offline(stage, await open(stage, profile, folder));
  });
};

async function offline(stage: Stage, window: Window): Promise<void> {
  await window.openFile('api.Dockerfile');
  await window.hover(1, 8, 'offline, by setting');
  const status = window.page.locator('.statusbar-item', { hasText: 'Tagwise' });
  await until(async () => {
    expectText((await status.getAttribute('aria-label')) ?? '', 'Offline: nobody is asked');
  }, 15_000);
  await picture(stage, window, 'offline');
}

async function saved(window: Window, file: string, wanted: string): Promise<void> {
  await until(async () => {
    await window.page.keyboard.press('Control+S');
    expectEqual(await readFile(file, 'utf8'), wanted);
  }, 15_000);
}
