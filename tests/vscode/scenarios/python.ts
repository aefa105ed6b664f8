import { cp, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { codeServer, run, until } from '../workbench.ts';
import { expectText } from './expect.ts';
import { inProfile, open, picture, type Scenario, type Stage, workspace } from './scenario.ts';

/**
 * What the Python extension has chosen is taken, and the Tagwise that is installed there if asked
 * for; once Python Environments has an environment, and says how it is run when asked, that is.
 */
export const thePythonExtensionsChoose: Scenario = async (stage) => {
  const extensions = await withPythonExtensions(stage);
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
    await window.page.keyboard.press('Escape');
    await window.command('Stand-in: Choose an Environment');
    await until(async () => {
      expectText(await profile.output(), 'from the Python Environments extension');
    }, 20_000);
    await window.hover(1, 8, 'sha256:');
  });
};

interface Manifest {
  readonly name: string;
  readonly [key: string]: unknown;
}

const manifest = (name: string): Manifest => ({
  name,
  publisher: 'ms-python',
  version: '1.0.0',
  engines: { vscode: '^1.95.0' },
  main: './main.js',
  files: ['main.js'],
  activationEvents: [],
});

/** Install stand-ins for the Python extensions: their APIs, with one choice each. */
async function withPythonExtensions(stage: Stage): Promise<string> {
  const extensions = path.join(stage.home, 'extensions-with-python');
  const chosen = JSON.stringify(stage.python);
  const python = await packed(stage, manifest('python'), `
const vscode = require('vscode');
exports.activate = () => ({
  environments: {
    getActiveEnvironmentPath: () => ({ path: ${chosen} }),
    resolveEnvironment: async ({ path }) => ({ executable: { uri: vscode.Uri.file(path) } }),
  },
});
`);
  const command = { command: 'stand-in.choose', title: 'Choose an Environment', category: 'Stand-in' };
  const contributed = { ...manifest('vscode-python-envs'), contributes: { commands: [command] } };
  const environments = await packed(stage, contributed, `
const vscode = require('vscode');
exports.activate = () => {
  const changed = new vscode.EventEmitter();
  let environment;
  vscode.commands.registerCommand('stand-in.choose', () => {
    environment = { name: 'chosen' };
    changed.fire({ uri: undefined, old: undefined, new: environment });
  });
  const execInfo = { run: { executable: ${chosen}, args: ['-X', 'utf8'] } };
  return {
    getEnvironment: async () => environment,
    resolveEnvironment: async (each) => ({ ...each, execInfo }),
    onDidChangeEnvironment: changed.event,
  };
};
`);
  await cp(stage.extensions, extensions, { recursive: true });
  const installing = ['--user-data-dir', path.join(stage.home, 'ud'), '--extensions-dir', extensions];
  const both = ['--install-extension', python, '--install-extension', environments];
  await codeServer(stage.home, ...installing, ...both);
  return extensions;
}

async function packed(stage: Stage, said: Manifest, main: string): Promise<string> {
  const source = path.join(stage.home, said.name);
  await mkdir(source, { recursive: true });
  await writeFile(path.join(source, 'package.json'), JSON.stringify(said));
  await writeFile(path.join(source, 'main.js'), main);
  await writeFile(path.join(source, 'README.md'), 'Stands in for a Python extension.\n');
  const vsix = `${source}.vsix`;
  const vsce = path.resolve(import.meta.dirname, '../../../client-vscode/node_modules/@vscode/vsce/vsce');
  await run(source, vsce, 'package', '--allow-missing-repository', '--skip-license', '--out', vsix);
  return vsix;
}
