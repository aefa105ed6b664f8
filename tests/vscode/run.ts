/**
 * Runs scenarios in the real workbench and prints one line of JSON for each.
 *
 *     node run.ts --vsix FILE --python PYTHON --out FOLDER [--engine ADDRESS] [SCENARIO …]
 *
 * `--list` prints their names.  Each leaves a screenshot in FOLDER, also where it fails.
 *
 * Scenarios wait most of their time: two lanes of them run side by side, each with a browser and a
 * registry of its own, and the engine is in one of them.
 */
import { appendFile, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';

import { Queue } from './queue.ts';
import { CountedRegistry } from './registry.ts';
import { SCENARIOS } from './scenarios/table.ts';
import type { Stage } from './scenarios/scenario.ts';
import { codeServer, launchBrowser } from './workbench.ts';

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
  const { engine } = values;
  const queue = new Queue(positionals.length > 0 ? positionals : Object.keys(SCENARIOS));
  const lane = (next: () => string | undefined): Promise<void> =>
    inLane(python, next, { extensions, python, out, home, engine });
  try {
    await Promise.all([lane(() => queue.next()), lane(() => queue.nextWithoutEngine())]);
  } finally {
    await rm(home, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function inLane(
  python: string,
  next: () => string | undefined,
  shared: Pick<Stage, 'extensions' | 'python' | 'out' | 'home' | 'engine'>,
): Promise<void> {
  const registry = await CountedRegistry.start(python);
  const browser = await launchBrowser();
  try {
    for (let name = next(); name !== undefined; name = next()) {
      const notes: string[] = [];
      const note = (text: string): void => void notes.push(text);
      await play({ ...shared, name, browser, registry, windows: [], note }, notes);
    }
  } finally {
    await browser.close();
    await registry.stop();
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
  const seconds = Math.round((Date.now() - started) / 100) / 10;
  const figures = [`${seconds.toString()} s`, ...notes].map((figure) => `${stage.name}: ${figure}\n`);
  await appendFile(path.join(stage.out, 'figures.txt'), figures.join(''));
  process.stdout.write(`${JSON.stringify({ scenario: stage.name, seconds, notes, error })}\n`);
}
