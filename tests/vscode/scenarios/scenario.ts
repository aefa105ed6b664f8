/** What a scenario is given, and what many of them begin with. */
import { cp, mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import path from 'node:path';

import type { Browser } from 'playwright-core';

import type { CountedRegistry } from '../registry.ts';
import { Profile, type ProfileOptions, Window } from '../workbench.ts';

export interface Stage {
  readonly name: string;
  readonly browser: Browser;
  readonly registry: CountedRegistry;
  readonly extensions: string;
  readonly python: string;
  readonly out: string;
  /** A folder that goes away when all scenarios have ended. */
  readonly home: string;
  readonly windows: Window[];
  /** Say a figure, which is printed with the result. */
  readonly note: (text: string) => void;
  /** A real engine's address. */
  readonly engine: string | undefined;
}

export type Scenario = (stage: Stage) => Promise<void>;

export const SAMPLES = path.resolve(import.meta.dirname, '../../../samples');

/** Make a workspace of files, and of the samples where one is named. */
export async function workspace(
  stage: Stage,
  files: Readonly<Record<string, string>>,
  sample?: string,
): Promise<string> {
  const folder = path.join(await mkdtemp(path.join(stage.home, 'workspace-')), sample ?? 'shop');
  await mkdir(folder);
  if (sample !== undefined) {
    await cp(path.join(SAMPLES, sample), folder, { recursive: true });
  }
  for (const [name, text] of Object.entries(files)) {
    await writeFile(path.join(folder, name), text);
  }
  return folder;
}

/** Start a profile, run the scenario in it, and end it. */
export async function inProfile(
  stage: Stage,
  options: Partial<ProfileOptions>,
  play: (profile: Profile) => Promise<void>,
): Promise<void> {
  const profile = await Profile.start({
    extensions: stage.extensions,
    ...options,
    settings: { ...stage.registry.settings(), ...options.settings },
    environment: {
      DOCKER_HOST: stage.engine ?? 'unix:///nowhere/docker.sock',
      ...options.environment,
    },
  });
  try {
    await play(profile);
  } catch (error) {
    await Promise.all(stage.windows.map((window) => picture(stage, window, 'failed')));
    const said = error instanceof Error ? (error.stack ?? error.message) : String(error);
    throw new Error(`${said}\n\nThe output channel says:\n${await profile.output()}`, {
      cause: error,
    });
  } finally {
    await Promise.all(stage.windows.splice(0).map((window) => window.close()));
    await profile.stop();
  }
}

export async function open(
  stage: Stage,
  profile: Profile,
  folder: string,
  options: { readonly zoom?: number; readonly width?: number; readonly height?: number } = {},
): Promise<Window> {
  const window = await Window.open(stage.browser, profile, folder, options);
  stage.windows.push(window);
  return window;
}

/** Take the picture a scenario leaves, of the whole window or a part of it. */
export async function picture(
  stage: Stage,
  window: Window,
  part = '',
  clip?: { readonly x: number; readonly y: number; readonly width: number; readonly height: number },
): Promise<void> {
  const name = part === '' ? stage.name : `${stage.name}-${part}`;
  const file = path.join(stage.out, `${name}.png`);
  await window.page.screenshot({ path: file, ...(clip === undefined ? {} : { clip }) });
}
