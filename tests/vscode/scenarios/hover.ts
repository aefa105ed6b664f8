import { until, type Window } from '../workbench.ts';
import { expectEqual, expectText } from './expect.ts';
import { inProfile, open, picture, type Scenario, type Stage, workspace } from './scenario.ts';

/** Install, open a Dockerfile, hover. */
export const hoverShowsTheImage: Scenario = async (stage) => {
  const folder = await workspace(stage, {}, 'web-app');
  await inProfile(stage, {}, async (profile) => {
    const window = await open(stage, profile, folder);
    await window.openFile('Dockerfile');
    const card = await window.hover(17, 36, 'sha256:');
    // What the hover has learned the lens over the line says, too.
    const lens = window.page.locator('.codelens-decoration', { hasText: 'linux/amd64' });
    await lens.first().waitFor();
    await picture(stage, window);
    // For the README and the walkthrough: what is looked at, without the rest of the window.
    await picture(stage, window, 'card', { x: 352, y: 60, width: 844, height: 420 });
    expectText(card, /sha256:[0-9a-f]{4}…[0-9a-f]{4}/);
    expectText(card, 'linux/amd64');
    expectText(card, 'linux/arm64');
    const status = window.page.locator('.statusbar-item', { hasText: 'Tagwise' });
    await until(async () => {
      expectText((await status.getAttribute('aria-label')) ?? '', 'Engine: Docker');
    }, 20_000);
    const picturesOfLayers = window.page.locator('.monaco-hover:visible img');
    expectEqual(await picturesOfLayers.count(), 1);
    await waking(stage, window);
  });
};

/** What the workbench itself says that the extension took to wake: a figure to look at, not a test. */
async function waking(stage: Stage, window: Window): Promise<void> {
  await window.page.keyboard.press('Escape');
  // The list has those that took longest first; only the rows in sight are there.
  await window.page.setViewportSize({ width: 1200, height: 2400 });
  await window.command('Developer: Show Running Extensions');
  const row = window.page.locator('.runtime-extensions-editor .extension', { hasText: 'Tagwise' });
  await row.first().waitFor();
  const text = await row.first().innerText();
  await picture(stage, window, 'waking');
  const milliseconds = Number(/Activation: (\d+)\s?ms/.exec(text)?.[1]);
  stage.note(`activation ${milliseconds.toString()} ms`);
  if (Number.isNaN(milliseconds)) {
    throw new Error(`no figure in: ${text}`);
  }
}

/** The palette offers what applies, and its commands take the image under the cursor. */
export const thePaletteHasWhatApplies: Scenario = async (stage) => {
  const folder = await workspace(stage, { Dockerfile: 'FROM python:3.12-slim\n', 'notes.txt': 'x' });
  await inProfile(stage, {}, async (profile) => {
    const window = await open(stage, profile, folder);
    await window.openFile('Dockerfile');
    await window.hover(1, 8, 'sha256:');
    await window.page.keyboard.press('Escape');
    await window.palette('Tagwise: ');
    await picture(stage, window, 'here');
    await window.page.keyboard.press('Escape');
    const here = await window.palette('Tagwise: Pin');
    expectEqual(here.includes('Tagwise: Pin Image'), true);
    await window.page.keyboard.press('Escape');
    await window.command('Tagwise: Copy Canonical Name');
    await until(async () => {
      const copied = await window.page.evaluate(() => navigator.clipboard.readText());
      expectEqual(copied, 'docker.io/library/python:3.12-slim');
    }, 10_000);
    await window.command('Tagwise: Doctor');
    await window.page.locator('.view-line', { hasText: 'docker.io' }).first().waitFor();
    await picture(stage, window);
    await window.openFile('notes.txt');
    const elsewhere = await window.palette('Tagwise: Pin');
    expectEqual(elsewhere.includes('Tagwise: Pin Image'), false);
    expectEqual(elsewhere.includes('Tagwise: Pin All Images in Workspace'), true);
    await picture(stage, window, 'elsewhere');
  });
};
