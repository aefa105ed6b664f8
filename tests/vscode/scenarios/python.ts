import { cp, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { codeServer, run } from '../workbench.ts';
import { expectText } from './expect.ts';
import { inProfile, open, picture, type Scenario, type Stage, workspace } from './scenario.ts';

/** What the Python extension has chosen is taken, and the Tagwise that is installed there if asked for. */
export const thePythonExtensionChooses: Scenario = async (stage) => {
  const extensions = await withPythonExtension(stage);
  const folder = await workspace(stage, { Dockerfile: 'FROM python:3.12-slim\n' });
  await inProfile(stage, { extensions }, async (profile) => {
    await profile.setMachineSettings({ 'tagwise.importStrategy': 'fromEnvironment' });
    const window = await open(stage, profile, folder);
    await window.openFile('Dockerfile');
    await window.hover(1, 8, 'sha256:');
    await picture(stage, window);
    const output = await profile.output();
    expectText(output, 'from the Python extension');
    expectText(output, 'Tagwise of the environment');
  });
};

/** Install a stand-in for the Python extension: its API, with one choice. */
async function withPythonExtension(stage: Stage): Promise<string> {
  const source = path.join(stage.home, 'python-extension');
  const extensions = path.join(stage.home, 'extensions-with-python');
  await mkdir(source, { recursive: true });
  const manifest = {
    name: 'python',
    publisher: 'ms-python',
    version: '1.0.0',
    engines: { vscode: '^1.95.0' },
    main: './main.js',
    activationEvents: [],
  };
  const chosen = JSON.stringify(stage.python);
  const main = `
const vscode = require('vscode');
exports.activate = () => ({
  environments: {
    getActiveEnvironmentPath: () => ({ path: ${chosen} }),
    resolveEnvironment: async ({ path }) => ({ executable: { uri: vscode.Uri.file(path) } }),
  },
});
`;
  await writeFile(path.join(source, 'package.json'), JSON.stringify(manifest));
  await writeFile(path.join(source, 'main.js'), main);
  await writeFile(path.join(source, 'README.md'), 'Stands in for the Python extension.\n');
  const vsix = path.join(stage.home, 'python.vsix');
  const vsce = path.resolve(import.meta.dirname, '../../../client-vscode/node_modules/@vscode/vsce/vsce');
  const options = ['--allow-missing-repository', '--skip-license', '--out', vsix];
  await run(source, vsce, 'package', ...options);
  await cp(stage.extensions, extensions, { recursive: true });
  const installing = ['--user-data-dir', path.join(stage.home, 'ud'), '--extensions-dir', extensions];
  await codeServer(stage.home, ...installing, '--install-extension', vsix);
  return extensions;
}
