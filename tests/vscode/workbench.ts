/**
 * The real workbench: code-server with the packed extension in an empty profile, and a browser.
 *
 * Everything listens on loopback, lies in a folder of its own and ends with `stop`.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { type Browser, chromium, type Page } from 'playwright-core';

const HERE = import.meta.dirname;
const CODE_SERVER = path.join(HERE, 'node_modules/code-server/out/node/entry.js');
const CHROMIUM = process.env['TAGWISE_CHROMIUM'] ?? '/usr/bin/chromium';
const READY_MILLISECONDS = 60_000;

/** What every profile has: nothing that moves, asks or talks. */
const QUIET = {
  'chat.disableAIFeatures': true,
  'editor.minimap.enabled': false,
  'extensions.ignoreRecommendations': true,
  'security.workspace.trust.startupPrompt': 'never',
  'telemetry.telemetryLevel': 'off',
  'window.commandCenter': false,
  'workbench.colorTheme': 'Default Dark Modern',
  'workbench.editor.useModal': 'off',
  'workbench.enableExperiments': false,
  'workbench.layoutControl.enabled': false,
  'workbench.reduceMotion': 'on',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  // A link is told before it is followed: nothing outside is ever opened.
  'workbench.trustedDomains.promptInTrustedWorkspace': true,
};

export interface ProfileOptions {
  readonly extensions: string;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly environment?: NodeJS.ProcessEnv;
  /** Leave trust to the workbench: every folder is strange to it at first. */
  readonly restricted?: boolean;
}

/** Run code-server's own command line, such as `--install-extension`; `folder` is for its configuration. */
export async function codeServer(folder: string, ...args: string[]): Promise<void> {
  await run(folder, CODE_SERVER, ...args, '--config', path.join(folder, 'config.yaml'));
}

/** Run a program of Node.js in a folder to its end. */
export async function run(folder: string, ...args: string[]): Promise<void> {
  const child = spawn(process.execPath, args, {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) {
    throw new Error(`${args.join(' ')} ended with ${String(code)}`);
  }
}

export class Profile {
  readonly folder: string;
  readonly url: string;
  readonly #child: ChildProcess;
  readonly #log: string[];

  private constructor(folder: string, url: string, child: ChildProcess, log: string[]) {
    this.folder = folder;
    this.url = url;
    this.#child = child;
    this.#log = log;
  }

  static async start(options: ProfileOptions): Promise<Profile> {
    const folder = await mkdtemp(path.join(tmpdir(), 'tagwise-workbench-'));
    const user = path.join(folder, 'ud', 'User');
    await mkdir(user, { recursive: true });
    await writeFile(
      path.join(user, 'settings.json'),
      JSON.stringify({ ...QUIET, ...options.settings }, undefined, 2),
    );
    const port = await freePort();
    const args = [
      ...['--auth', 'none', '--bind-addr', `127.0.0.1:${port.toString()}`],
      ...['--disable-telemetry', '--disable-update-check', '--disable-getting-started-override'],
      ...(options.restricted === true ? [] : ['--disable-workspace-trust']),
      ...['--user-data-dir', path.join(folder, 'ud'), '--extensions-dir', options.extensions],
      ...['--config', path.join(folder, 'config.yaml')],
    ];
    const log: string[] = [];
    const child = spawn(process.execPath, [CODE_SERVER, ...args], {
      env: {
        ...process.env,
        TAGWISE_CACHE_DIR: path.join(folder, 'cache'),
        XDG_CONFIG_HOME: path.join(folder, 'config'),
        XDG_DATA_HOME: path.join(folder, 'data'),
        ...options.environment,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => log.push(text));
    }
    const profile = new Profile(folder, `http://127.0.0.1:${port.toString()}`, child, log);
    await profile.#ready();
    return profile;
  }

  get log(): string {
    return this.#log.join('');
  }

  /** What the extension and its server have written to their output channel. */
  async output(): Promise<string> {
    const logs = path.join(this.folder, 'ud', 'logs');
    const files = await readdir(logs, { recursive: true }).catch(() => []);
    const ours = files.filter((file) => path.basename(file) === 'Tagwise.log');
    const texts = ours.map((file) => readFile(path.join(logs, file), 'utf8'));
    return (await Promise.all(texts)).join('\n');
  }

  /** Settings of this machine, which a person's own settings elsewhere do not reach. */
  async setMachineSettings(settings: Readonly<Record<string, unknown>>): Promise<void> {
    const folder = path.join(this.folder, 'ud', 'Machine');
    await mkdir(folder, { recursive: true });
    await writeFile(path.join(folder, 'settings.json'), JSON.stringify(settings, undefined, 2));
  }

  async setSettings(settings: Readonly<Record<string, unknown>>): Promise<void> {
    const file = path.join(this.folder, 'ud', 'User', 'settings.json');
    await writeFile(file, JSON.stringify({ ...QUIET, ...settings }, undefined, 2));
  }

  async stop(): Promise<void> {
    const { pid } = this.#child;
    if (pid !== undefined && this.#child.exitCode === null) {
      const ended = once(this.#child, 'exit');
      process.kill(-pid, 'SIGTERM');
      const timer = setTimeout(() => process.kill(-pid, 'SIGKILL'), 5_000);
      await ended;
      clearTimeout(timer);
    }
    await rm(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  async #ready(): Promise<void> {
    const deadline = Date.now() + READY_MILLISECONDS;
    while (Date.now() < deadline) {
      if (this.#child.exitCode !== null) {
        break;
      }
      const answer = await fetch(`${this.url}/healthz`).catch(() => undefined);
      if (answer?.ok === true) {
        return;
      }
      await pause(100);
    }
    throw new Error(`code-server did not start:\n${this.log}`);
  }
}

export function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: CHROMIUM,
    args: [
      ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
      ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
    ],
  });
}

/** One window of the workbench, driven as a person would: by keys, the palette and the mouse. */
export class Window {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  static async open(
    browser: Browser,
    profile: Profile,
    folder: string,
    options: { readonly zoom?: number; readonly width?: number; readonly height?: number } = {},
  ): Promise<Window> {
    const context = await browser.newContext({
      viewport: { width: options.width ?? 1200, height: options.height ?? 760 },
      deviceScaleFactor: options.zoom ?? 1,
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    const page = await context.newPage();
    page.setDefaultTimeout(30_000);
    await page.goto(`${profile.url}/?folder=${encodeURIComponent(folder)}`);
    await page.locator('.monaco-workbench .part.editor').waitFor();
    await page.locator('.part.statusbar').waitFor();
    return new Window(page);
  }

  async close(): Promise<void> {
    await this.page.context().close();
  }

  /** Open a file of the workspace by its name, through quick open. */
  async openFile(name: string): Promise<void> {
    const leaf = path.basename(name);
    await until(async () => {
      await this.page.keyboard.press('Escape');
      await this.page.keyboard.press('Control+P');
      const input = this.page.locator('.quick-input-widget input').first();
      await input.waitFor({ timeout: 3_000 });
      await input.fill(name);
      const row = this.page.locator('.quick-input-list .monaco-list-row', { hasText: leaf }).first();
      await row.waitFor({ timeout: 3_000 });
      await this.page.keyboard.press('Enter');
      await this.page.locator(`.tab.active[data-resource-name="${leaf}"]`).waitFor({ timeout: 5_000 });
    }, 30_000);
    await this.page.locator('.editor-instance .monaco-editor .view-line').first().waitFor();
  }

  /** Run a command by what the palette calls it. */
  async command(title: string): Promise<void> {
    const titles = await this.palette(title);
    const at = titles.findIndex((each) => each.replace(/…|\.\.\./, '') === title);
    if (at === -1) {
      throw new Error(`the palette has no ${title}, but ${titles.join(', ')}`);
    }
    await this.quickPick().nth(at).click();
  }

  /** Open the palette and type; gives the titles it offers. */
  async palette(title: string): Promise<readonly string[]> {
    await this.page.keyboard.press('F1');
    const input = this.page.locator('.quick-input-widget input').first();
    await input.waitFor();
    await input.fill(`>${title}`);
    await this.quickPick().filter({ hasText: title.split(': ').at(-1) ?? title }).first().waitFor();
    await pause(200);
    return this.page.locator('.quick-input-list .monaco-list-row .label-name').allTextContents();
  }

  /** Open a file by a double click in the explorer. */
  async openInExplorer(name: string): Promise<void> {
    const row = this.page.locator(`.explorer-folders-view .monaco-list-row[aria-label^="${name}"]`);
    await row.first().dblclick();
    await this.page.locator(`.tab.active[data-resource-name="${name}"]`).waitFor();
  }

  async goTo(line: number, column: number): Promise<void> {
    await this.page.keyboard.press('Control+G');
    const input = this.page.locator('.quick-input-widget input').first();
    await input.waitFor();
    await input.fill(`:${line.toString()}:${column.toString()}`);
    await this.page.keyboard.press('Enter');
    await this.page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
  }

  /** Show the hover at a place until it says `text`; gives the whole of it. */
  async hover(line: number, column: number, text: string | RegExp): Promise<string> {
    await this.goTo(line, column);
    const card = this.page.locator('.monaco-hover:visible', { hasText: text }).first();
    // A pointer that rests where a palette's row was clicked has hovers of its own.
    await this.page.mouse.move(1, 1);
    let shown = '';
    await until(async () => {
      await this.page.keyboard.press('Escape');
      await this.page.keyboard.press('Control+K');
      await this.page.keyboard.press('Control+I');
      // What the workbench shows it may take away again: read it while it is there.
      shown = await card.innerText({ timeout: 4_000 });
    }, 40_000);
    return shown;
  }

  notification(text: string | RegExp): ReturnType<Page['locator']> {
    return this.page.locator('.notification-toast .notification-list-item', { hasText: text });
  }

  /** The items of the quick pick that is open, as they are read. */
  quickPick(): ReturnType<Page['locator']> {
    return this.page.locator('.quick-input-widget .monaco-list-row');
  }
}

export async function until(attempt: () => Promise<void>, milliseconds: number): Promise<void> {
  const deadline = Date.now() + milliseconds;
  for (;;) {
    try {
      await attempt();
      return;
    } catch (error) {
      if (Date.now() > deadline) {
        throw error;
      }
      await pause(200);
    }
  }
}

export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') {
    throw new Error('no port');
  }
  return address.port;
}
