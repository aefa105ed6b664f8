import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Coalesced } from '../src/server/coalesce.ts';
import { Crashes } from '../src/server/crashes.ts';
import { type Launch, launchOf, sameLaunch } from '../src/server/launch.ts';

const launch = (strategy: 'useBundled' | 'fromEnvironment'): Launch =>
  launchOf(
    { command: 'py', args: ['-3'] },
    { launcher: '/ext/start.py', strategy, logLevel: 'info', home: '/home/me' },
  );

void test('the server is always started in isolated mode, from the home folder', () => {
  const { args, cwd } = launch('useBundled');
  const wanted = ['-3', '-I', '-S', '/ext/start.py', 'useBundled', '--log-level', 'info'];
  assert.deepEqual(args, wanted);
  assert.equal(cwd, '/home/me');
  assert.equal(launch('fromEnvironment').args.includes('-I'), true);
  assert.equal(launch('fromEnvironment').args.includes('-S'), false);
});

void test('a launch is another one when any part of it is', () => {
  assert.equal(sameLaunch(launch('useBundled'), launch('useBundled')), true);
  assert.equal(sameLaunch(launch('useBundled'), launch('fromEnvironment')), false);
});

void test('a row of crashes is told once, and given up after four', () => {
  let now = 0;
  const crashes = new Crashes(() => now);
  const said = Array.from({ length: 5 }, () => {
    now += 1_000;
    return crashes.next();
  });
  assert.deepEqual(said, ['restart-and-say', 'restart', 'restart', 'restart', 'give-up']);
  now += 3 * 60 * 1_000;
  assert.equal(crashes.next(), 'restart-and-say');
});

void test('a restart by hand begins anew', () => {
  const crashes = new Crashes(() => 0);
  Array.from({ length: 5 }, () => crashes.next());
  crashes.forget();
  assert.equal(crashes.next(), 'restart-and-say');
});

void test('requests while a job waits are one, one that comes while it runs is another', async () => {
  let runs = 0;
  const gates: (() => void)[] = [];
  const job = new Coalesced(async () => {
    runs += 1;
    await new Promise<void>((resolve) => gates.push(resolve));
  }, 1);
  const first = [job.request(), job.request(), job.request()];
  while (gates.length === 0) {
    await tick();
  }
  assert.equal(runs, 1);
  const second = [job.request(), job.request()];
  await tick();
  assert.equal(runs, 1, 'never two at a time');
  gates[0]?.();
  await Promise.all(first);
  while (gates.length === 1) {
    await tick();
  }
  gates[1]?.();
  await Promise.all(second);
  assert.equal(runs, 2);
});

void test('a job that fails does not keep the next from running', async () => {
  let runs = 0;
  const job = new Coalesced(() => {
    runs += 1;
    return runs === 1 ? Promise.reject(new Error('no')) : Promise.resolve();
  }, 1);
  await assert.rejects(job.request());
  await job.request();
  assert.equal(runs, 2);
});

function tick(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, 5);
  });
}
