/**
 * Runs scenarios in the real workbench and prints one line of JSON for each.
 *
 *     node run.ts --vsix FILE --python PYTHON --out FOLDER [--engine ADDRESS] [SCENARIO …]
 *
 * `--list` prints their names.  Each leaves a screenshot in FOLDER, also where it fails.
 */
import { appendFile, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';

import { CountedRegistry } from './registry.ts';
import { SCENARIOS } from './scenarios/table.ts';
import type { Stage } from './scenarios/scenario.ts';
import { codeServer, launchBrowser, type Window } from './workbench.ts';

const { values, positionals } = parseArgs({
  options: {
    vsix: { type: 'string' },
    python: { type: 'string' },
    out: { type: 'string' },
    engine: { type: 'string' },
    list: { type: 'boolean', default: false },
  },
  allowPositionals: true,
});

if (values.list) {
  process.stdout.write(`${Object.keys(SCENARIOS).join('\n')}\n`);
} else {
  await main();
}

async function main(): Promise<void> {
  const [vsix, python, out] = [values.vsix, values.python, values.out].map(
    (value) => value && path.resolve(value),
  );
  if (vsix === undefined || python === undefined || out === undefined) {
    throw new Error('--vsix, --python and --out are needed');
  }
  await mkdir(out, { recursive: true });
  const home = await mkdtemp(path.join(tmpdir(), 'tagwise-vscode-'));
  const extensions = path.join(home, 'extensions');
  const installing = ['--user-data-dir', path.join(home, 'ud'), '--extensions-dir', extensions];
  await codeServer(home, ...installing, '--install-extension', vsix);
  const registry = await CountedRegistry.start(python);
  const browser = await launchBrowser();
  try {
    for (const name of positionals.length > 0 ? positionals : Object.keys(SCENARIOS)) {
      const windows: Window[] = [];
      const notes: string[] = [];
      const note = (text: string): void => void notes.push(text);
      const { engine } = values;
      const stage = { name, browser, registry, extensions, python, out, home, windows, note, engine };
      await play(stage, notes);
    }
  } finally {
    await browser.close();
    await registry.stop();
    await rm(home, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function play(stage: Stage, notes: readonly string[]): Promise<void> {
  const started = Date.now();
  let error: string | undefined;
  try {
    const scenario = SCENARIOS[stage.name];
    if (scenario === undefined) {
      throw new Error(`there is no scenario ${stage.name}`);
    }
    await scenario(stage);
  } catch (caught) {
    error = caught instanceof Error ? (caught.stack ?? caught.message) : String(caught);
  }
  for (const window of stage.windows) {
    await window.close().catch(() => undefined);
  }
  await appendFile(path.join(stage.out, 'figures.txt'), notes.map((note) => `${note}\n`).join(''));
  const seconds = Math.round((Date.now() - started) / 100) / 10;
  process.stdout.write(`${JSON.stringify({ scenario: stage.name, seconds, notes, error })}\n`);
}
