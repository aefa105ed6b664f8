import { Engine } from '../engine.ts';
import { pause, until, type Window } from '../workbench.ts';
import { expectEqual } from './expect.ts';
import { inProfile, open, picture, type Scenario, type Stage, workspace } from './scenario.ts';

const REPOSITORY = 'library/python';
const TAG = '3.12-slim';

/** Cancel stops a pull; the next shows progress, and the image is then in the engine. */
export const pullShowsProgress: Scenario = async (stage) => {
  await withEngine(stage, async ({ engine, image, window }) => {
    await cancelled(stage, { engine, image, window });
    stage.registry.delay = 2_500;
    await window.command('Tagwise: Pull Image');
    await window.page.locator('.part.statusbar', { hasText: 'Pulling' }).waitFor();
    await window.notification('Pulling').waitFor();
    await picture(stage, window, 'progress');
    stage.registry.delay = 0;
    await window.notification('is pulled').waitFor();
    await picture(stage, window);
    expectEqual(await engine.has(image), true);
  });
};

/** The engine has nothing then, and asks for nothing more. */
async function cancelled(stage: Stage, { engine, image, window }: Ready): Promise<void> {
  stage.registry.delay = 6_000;
  await window.command('Tagwise: Pull Image');
  const notification = window.notification('Pulling');
  await notification.waitFor();
  await notification.locator('.monaco-button', { hasText: 'Cancel' }).click();
  await notification.waitFor({ state: 'hidden' });
  await picture(stage, window, 'cancelled');
  stage.registry.delay = 0;
  await pause(1_500);
  const asked = stage.registry.asked.length;
  await pause(1_500);
  expectEqual(stage.registry.asked.length, asked);
  expectEqual(await engine.has(image), false);
  await window.command('Tagwise: List Images');
  const view = window.page.locator('.pane-body .welcome-view');
  await view.filter({ hasText: 'no images yet' }).waitFor();
  await picture(stage, window, 'no-images');
  await window.page.locator('.tab[data-resource-name="Dockerfile"]').click();
}

/** Remove asks; it refuses an image in use, and removes another. */
export const removeAsks: Scenario = async (stage) => {
  await withEngine(stage, async ({ engine, image, window }) => {
    const other = `${stage.registry.host}/library/redis:8-alpine`;
    await Promise.all([engine.pull(image), engine.pull(other)]);
    await engine.container('shop-web', image);
    await window.command('Tagwise: Remove Image');
    await window.quickPick().filter({ hasText: 'redis' }).waitFor();
    await picture(stage, window, 'pick');
    await window.quickPick().filter({ hasText: 'python' }).click();
    const question = window.page.locator('.notifications-toasts, .monaco-dialog-box');
    await question.getByText('Remove', { exact: true }).first().click();
    const refusal = window.notification('shop-web');
    await refusal.waitFor();
    await picture(stage, window, 'in-use');
    await refusal.getByText('Keep', { exact: true }).click();
    expectEqual(await engine.has(image), true);
    await window.command('Tagwise: Remove Image');
    await window.quickPick().filter({ hasText: 'redis' }).click();
    await question.getByText('Remove', { exact: true }).first().click();
    await window.notification('is removed').waitFor();
    expectEqual(await engine.has(other), false);
    await picture(stage, window);
  });
};

/** Pull all, inspect, tag; an image that runs stays, and what nobody uses is pruned. */
export const theEngineIsTendedTo: Scenario = async (stage) => {
  const other = `${stage.registry.host}/library/redis:8-alpine`;
  await withEngine(
    stage,
    async ({ engine, image, window }) => {
      await window.command('Tagwise: Pull All Images in File');
      await until(async () => {
        expectEqual(await Promise.all([engine.has(image), engine.has(other)]), [true, true]);
      }, 60_000);
      await picture(stage, window, 'pulled');
      await window.command('Tagwise: Inspect Image');
      await window.page.locator('.view-line', { hasText: await engine.id(image) }).waitFor();
      await picture(stage, window, 'inspect');
      await tag(stage, window, engine);
      await running(stage, window, { engine, image });
      await window.command('Tagwise: Prune Images');
      await window.quickPick().filter({ hasText: 'no container uses' }).click();
      await window.notification('that no container uses').waitFor();
      await picture(stage, window, 'prune');
      await window.notification('that no container uses').getByText('Remove', { exact: true }).click();
      await window.notification('freed').waitFor();
      const left = await Promise.all([engine.has(image), engine.has(other), engine.has('shop/cache:1')]);
      expectEqual(left, [true, false, false]);
      await picture(stage, window);
    },
    [other],
  );
};

async function tag(stage: Stage, window: Window, engine: Engine): Promise<void> {
  await window.command('Tagwise: Tag Image');
  await window.quickPick().filter({ hasText: 'redis' }).click();
  const input = window.page.locator('.quick-input-widget input').first();
  await window.page.locator('.quick-input-message', { hasText: 'The new name' }).waitFor();
  await input.fill('shop/cache:1');
  await picture(stage, window, 'tag');
  await window.page.keyboard.press('Enter');
  await until(async () => {
    expectEqual(await engine.has('shop/cache:1'), true);
  }, 15_000);
}

/** The refusal names the container that runs, and says what to do. */
async function running(
  stage: Stage,
  window: Window,
  { engine, image }: Pick<Ready, 'engine' | 'image'>,
): Promise<void> {
  await engine.run('shop-live', image);
  await window.command('Tagwise: Remove Image');
  await window.quickPick().filter({ hasText: 'python' }).click();
  const refusal = window.notification(/stays: running containers use it \(shop-live\); stop and remove/);
  await refusal.waitFor();
  await picture(stage, window, 'running');
  expectEqual(await engine.has(image), true);
}

/** The view lists the images here, follows the engine, filters and acts. */
export const theViewListsAndActs: Scenario = async (stage) => {
  await withEngine(stage, async ({ engine, image, window }) => {
    const { host } = stage.registry;
    await engine.pull(image);
    await engine.rename(image, 'python', TAG);
    await engine.run('shop-web', `python:${TAG}`);
    await engine.pull(`${host}/library/postgres:17`);
    await engine.rename(`${host}/library/postgres:17`, 'postgres', '17');
    await window.command('Tagwise: List Images');
    const rows = window.page.locator('.pane-body .monaco-list-row');
    await rows.filter({ hasText: TAG }).waitFor();
    await rows.filter({ hasText: 'running' }).waitFor();
    await engine.pull(`${host}/library/redis:8-alpine`);
    await engine.rename(`${host}/library/redis:8-alpine`, 'redis', '8-alpine');
    await rows.filter({ hasText: '8-alpine' }).waitFor();
    await rows.filter({ hasText: host }).first().waitFor({ state: 'hidden' });
    await window.page.mouse.move(600, 600);
    await pause(800);
    await picture(stage, window);
    await contextMenu(window, rows.filter({ hasText: '17' }));
    await picture(stage, window, 'menu', { x: 0, y: 0, width: 412, height: 340 });
    await window.page.keyboard.press('Escape');
    await window.command('Tagwise: Filter Images');
    const input = window.page.locator('.quick-input-widget input').first();
    await input.fill('reference=redis');
    await window.page.keyboard.press('Enter');
    await rows.filter({ hasText: TAG }).waitFor({ state: 'hidden' });
    await picture(stage, window, 'filter');
    await contextMenu(window, rows.filter({ hasText: '8-alpine' }));
    await window.page.locator('.monaco-menu .action-label', { hasText: /^Show Layers$/ }).click();
    const frame = window.page.frameLocator('iframe.webview').frameLocator('iframe');
    await frame.locator('tbody tr').first().waitFor();
  });
};

/** A menu fades in, and takes no click before it has. */
async function contextMenu(window: Window, row: ReturnType<Window['quickPick']>): Promise<void> {
  await row.click({ button: 'right' });
  await window.page.locator('.monaco-menu').waitFor();
  await pause(500);
}

/** The layers of an image, of two platforms side by side, in a light and a dark theme. */
export const theLayersPanelDraws: Scenario = async (stage) => {
  const folder = await workspace(stage, {}, 'web-app');
  await inProfile(stage, {}, async (profile) => {
    const window = await open(stage, profile, folder, { width: 1400, height: 900 });
    await window.openFile('Dockerfile');
    await window.page.keyboard.press('Control+B');
    await window.hover(17, 36, 'Layers');
    await window.page.locator('.monaco-hover a', { hasText: /^Layers$/ }).click();
    await window.page.locator('.monaco-hover:visible').waitFor({ state: 'hidden' });
    const frame = window.page.frameLocator('iframe.webview').frameLocator('iframe');
    const rows = frame.locator('tbody tr');
    await rows.first().waitFor();
    expectEqual((await frame.locator('.bar .part').count()) > 1, true);
    await rows.first().focus();
    await window.page.keyboard.press('ArrowDown');
    expectEqual(await frame.locator('tbody tr.marked').count(), 1);
    await picture(stage, window);
    await frame.locator('button').click();
    await window.quickPick().filter({ hasText: 'linux/arm64' }).click();
    await frame.locator('.two section').nth(1).waitFor();
    await window.page.mouse.move(1, 1);
    await picture(stage, window, 'compare');
    await window.command('Preferences: Toggle between Light/Dark Themes');
    await window.page.locator('.monaco-workbench.vs').waitFor();
    await pause(500);
    await picture(stage, window, 'light');
  });
};

interface Ready {
  readonly engine: Engine;
  /** What the Dockerfile names: the engine can pull it, and does not have it. */
  readonly image: string;
  readonly window: Window;
}

async function withEngine(
  stage: Stage,
  play: (ready: Ready) => Promise<void>,
  others: readonly string[] = [],
): Promise<void> {
  if (stage.engine === undefined) {
    throw new Error('an engine is needed');
  }
  const engine = new Engine(stage.engine);
  await engine.clear();
  const image = `${stage.registry.host}/${REPOSITORY}:${TAG}`;
  const folder = await workspace(stage, {
    Dockerfile: [image, ...others].map((each) => `FROM ${each}\n`).join(''),
  });
  try {
    await inProfile(stage, {}, async (profile) => {
      const window = await open(stage, profile, folder);
      await window.openFile('Dockerfile');
      await window.hover(1, 10, 'sha256:');
      await window.page.keyboard.press('Escape');
      await play({ engine, image, window });
    });
  } finally {
    stage.registry.delay = 0;
    await engine.clear();
  }
}
