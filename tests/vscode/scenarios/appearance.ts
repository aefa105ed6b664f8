import { expectText } from './expect.ts';
import { inProfile, open, picture, type Scenario, workspace } from './scenario.ts';

/** What the workbench itself says that the extension took to wake: a figure to look at, not a test. */
export const wakingIsCheap: Scenario = async (stage) => {
  const folder = await workspace(stage, {}, 'web-app');
  await inProfile(stage, {}, async (profile) => {
    // The list has those that took longest first; only the rows in sight are there.
    const window = await open(stage, profile, folder, { height: 2400 });
    await window.openFile('Dockerfile');
    await window.hover(17, 36, 'sha256:');
    await window.page.keyboard.press('Escape');
    await window.command('Developer: Show Running Extensions');
    const row = window.page.locator('.runtime-extensions-editor .extension', { hasText: 'Tagwise' });
    await row.first().waitFor();
    const text = await row.first().innerText();
    await picture(stage, window);
    const milliseconds = Number(/Activation: (\d+)\s?ms/.exec(text)?.[1]);
    stage.note(`activation ${milliseconds.toString()} ms`);
    if (Number.isNaN(milliseconds)) {
      throw new Error(`no figure in: ${text}`);
    }
  });
};

/** Light, dark, high contrast, and twice as large. */
export const itFollowsTheTheme: Scenario = async (stage) => {
  const folder = await workspace(stage, {}, 'web-app');
  const themes = {
    light: ['Default Light Modern', '.vs'],
    'high-contrast': ['Default High Contrast', '.hc-black'],
  } as const;
  await inProfile(stage, {}, async (profile) => {
    for (const [name, [theme, mark]] of Object.entries(themes)) {
      const settings = { ...stage.registry.settings(), 'workbench.colorTheme': theme };
      await profile.setSettings(settings);
      const window = await open(stage, profile, folder);
      await window.page.locator(`.monaco-workbench${mark}`).waitFor();
      await window.openFile('Dockerfile');
      await window.hover(17, 36, 'sha256:');
      await picture(stage, window, name);
    }
  });
};

export const itFitsAtTwiceTheSize: Scenario = async (stage) => {
  const folder = await workspace(stage, {}, 'web-app');
  await inProfile(stage, {}, async (profile) => {
    // Half as many pixels of the page for the same screen: as the browser's own zoom does.
    const window = await open(stage, profile, folder, { zoom: 2, width: 640, height: 480 });
    await window.page.keyboard.press('Control+B');
    await window.openFile('Dockerfile');
    await window.hover(17, 36, 'sha256:');
    await picture(stage, window);
    const card = window.page.locator('.monaco-hover:visible').first();
    const box = await card.boundingBox();
    const width = window.page.viewportSize()?.width ?? 0;
    expectText(box !== null && box.x >= 0 && box.x + box.width <= width ? 'fits' : 'cut', 'fits');
  });
};
