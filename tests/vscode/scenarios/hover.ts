import { expectText } from './expect.ts';
import { inProfile, open, picture, type Scenario, workspace } from './scenario.ts';

/** Install, open a Dockerfile, hover. */
export const hoverShowsTheImage: Scenario = async (stage) => {
  const folder = await workspace(stage, {}, 'web-app');
  await inProfile(stage, {}, async (profile) => {
    const window = await open(stage, profile, folder);
    await window.openFile('Dockerfile');
    const card = await window.hover(17, 36, 'sha256:');
    await picture(stage, window);
    expectText(card, /sha256:[0-9a-f]{4}…[0-9a-f]{4}/);
    expectText(card, 'linux/amd64');
    expectText(card, 'linux/arm64');
  });
};
