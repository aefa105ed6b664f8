import { once } from 'node:events';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import path from 'node:path';

import { pause, type Profile, until } from '../workbench.ts';
import { expectEqual, expectText } from './expect.ts';
import { inProfile, open, picture, type Scenario, workspace } from './scenario.ts';

const TEXT = 'FROM python:3.12-slim\n';

/** Before a workspace is trusted, the registry hears nothing; afterwards the hover has it all. */
export const strangersAreNotAskedFor: Scenario = async (stage) => {
  const folder = await workspace(stage, { Dockerfile: TEXT });
  await inProfile(stage, { restricted: true }, async (profile) => {
    const asked = stage.registry.asked.length;
    const window = await open(stage, profile, folder);
    await window.openFile('Dockerfile');
    await window.hover(1, 8, /not trusted/);
    await pause(2_000);
    expectEqual(stage.registry.asked.slice(asked), []);
    await picture(stage, window, 'before');
    await window.page.keyboard.press('Escape');
    await window.command('Tagwise: List Images');
    const view = window.page.locator('.pane-body .welcome-view');
    await view.filter({ hasText: 'not trusted: no engine is asked' }).waitFor();
    await picture(stage, window, 'view');
    await window.page.keyboard.press('Control+Shift+E');
    await window.page.keyboard.press('Escape');
    await window.command('Workspaces: Manage Workspace Trust');
    await window.page.locator('.workspace-trust-editor .monaco-button', { hasText: 'Trust' }).first().click();
    await window.openInExplorer('Dockerfile');
    await window.hover(1, 8, 'sha256:');
    expectText(stage.registry.asked.slice(asked).join('\n'), '/v2/library/python/manifests/');
    await picture(stage, window);
  });
};

/** A trusted workspace has no say in whom the server asks, nor in what it imports and starts. */
export const plantedFilesHaveNoSay: Scenario = async (stage) => {
  const asked: string[] = [];
  const planted = createServer((incoming, answer) => {
    asked.push(incoming.url ?? '');
    answer.writeHead(404).end();
  }).listen(0, '127.0.0.1');
  await once(planted, 'listening');
  const address = planted.address();
  const port = address !== null && typeof address !== 'string' ? address.port : 0;
  const mirrors = { mirrors: [`http://127.0.0.1:${port.toString()}`], upstream: false };
  const trap = "import pathlib; pathlib.Path(__file__).with_name('TRAPPED').touch()\n";
  const names = ['json', 'tagwise', 'yaml', 'sitecustomize', 'usercustomize'];
  const traps = Object.fromEntries(names.map((name) => [`${name}.py`, trap]));
  const folder = await workspace(stage, { Dockerfile: TEXT, ...traps });
  await mkdir(path.join(folder, '.vscode'));
  await writeFile(
    path.join(folder, '.vscode', 'settings.json'),
    JSON.stringify({
      'tagwise.registries': { 'docker.io': mirrors },
      'tagwise.registries.docker.io': mirrors,
      'tagwise.interpreter': '${workspaceFolder}/python',
      'tagwise.offline': true,
      'tagwise.engine': `tcp://127.0.0.1:${port.toString()}`,
    }),
  );
  const environment = { PYTHONPATH: folder, PATH: `${folder}:${process.env['PATH'] ?? ''}` };
  try {
    await inProfile(stage, { environment }, async (profile) => {
      const window = await open(stage, profile, folder);
      await window.openFile('Dockerfile');
      await window.hover(1, 8, 'sha256:');
      await picture(stage, window);
    });
  } finally {
    planted.close();
  }
  expectEqual(asked, []);
  expectEqual((await readdir(folder)).includes('TRAPPED'), false);
};

/** Without a Python there is one message, with a button; with one named, it goes on by itself. */
export const aMissingPythonIsToldOnce: Scenario = async (stage) => {
  const folder = await workspace(stage, { Dockerfile: TEXT });
  const nowhere = path.join(stage.home, 'no-programs');
  await mkdir(nowhere, { recursive: true });
  // Started as from a terminal, the workbench takes PATH as it is, and asks no login shell.
  const environment = { PATH: nowhere, VSCODE_CLI: '1' };
  await inProfile(stage, { environment }, async (profile) => {
    const window = await open(stage, profile, folder);
    await window.openFile('Dockerfile');
    const message = window.notification(/needs Python 3\.11 or newer/);
    await message.first().waitFor();
    await window.command('Tagwise: List Images');
    const view = window.page.locator('.pane-body .welcome-view');
    await view.filter({ hasText: 'server is not running' }).waitFor();
    await pause(1_500);
    expectEqual(await message.count(), 1);
    await picture(stage, window, 'message');
    await message.locator('.monaco-button', { hasText: 'Open Setting' }).click();
    await window.page.locator('.settings-editor .setting-item-label', { hasText: 'Interpreter' }).waitFor();
    await picture(stage, window, 'setting');
    await profile.setMachineSettings({ 'tagwise.interpreter': stage.python });
    // By its tab: the settings editor takes the focus back from quick open while it draws.
    await window.page.locator('.tab[data-resource-name="Dockerfile"]').click();
    await window.hover(1, 8, 'sha256:');
    await picture(stage, window);
  });
};

/** A server that ends is started again with one message; one that keeps ending is left alone. */
export const aCrashIsToldAndMended: Scenario = async (stage) => {
  const folder = await workspace(stage, { Dockerfile: TEXT });
  await inProfile(stage, {}, async (profile) => {
    const window = await open(stage, profile, folder);
    await window.openFile('Dockerfile');
    await window.hover(1, 8, 'sha256:');
    await window.page.keyboard.press('Escape');
    await kill(profile);
    const message = window.notification(/stopped unexpectedly and was started again/);
    await message.first().waitFor();
    expectEqual(await window.page.locator('.notification-toast').count(), 1);
    await pause(600);
    await picture(stage, window, 'message');
    await window.hover(1, 8, 'sha256:');
    await picture(stage, window);
    for (let again = 0; again < 4; again += 1) {
      await kill(profile);
    }
    await picture(stage, window, 'after');
    await window.notification(/five times within three minutes/).first().waitFor();
    await picture(stage, window, 'given-up');
    await window.command('Tagwise: Restart Server');
    await window.hover(1, 8, 'sha256:');
  });
};

/** End the server of this profile, by its id, once there is one. */
async function kill(profile: Profile): Promise<void> {
  await until(async () => {
    const [pid] = await servers(profile);
    if (pid === undefined) {
      throw new Error('no server runs');
    }
    process.kill(pid, 'SIGKILL');
    await until(async () => {
      if ((await servers(profile)).includes(pid)) {
        throw new Error('it still runs');
      }
    }, 5_000);
  }, 30_000);
}

/** The servers that were started in this profile: others may run on this machine. */
async function servers(profile: Profile): Promise<readonly number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    pids.map(async (pid) => {
      const [line, environment] = await Promise.all(
        ['cmdline', 'environ'].map((file) => readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '')),
      );
      const isOurs = environment?.includes(profile.folder) === true;
      return isOurs && line?.includes('start_server.py') === true ? [Number(pid)] : [];
    }),
  );
  return found.flat();
}
