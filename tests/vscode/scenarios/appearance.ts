import type { Window } from '../workbench.ts';
import { expectText } from './expect.ts';
import { inProfile, open, picture, type Scenario, type Stage, workspace } from './scenario.ts';

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
      await window.close();
    }
    await profile.setSettings(stage.registry.settings());
    await twiceAsLarge(stage, await open(stage, profile, folder, { zoom: 2, width: 640, height: 480 }));
  });
};

/** Half as many pixels of the page for the same screen: as the browser's own zoom does. */
async function twiceAsLarge(stage: Stage, window: Window): Promise<void> {
  await window.page.keyboard.press('Control+B');
  await window.openFile('Dockerfile');
  await window.hover(17, 36, 'sha256:');
  await picture(stage, window, 'twice-as-large');
  const card = window.page.locator('.monaco-hover:visible').first();
  const box = await card.boundingBox();
  const width = window.page.viewportSize()?.width ?? 0;
  expectText(box !== null && box.x >= 0 && box.x + box.width <= width ? 'fits' : 'cut', 'fits');
}
