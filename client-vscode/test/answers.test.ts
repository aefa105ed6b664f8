import assert from 'node:assert/strict';
import { test } from 'node:test';

import { readCommandLine, readDescription, readImages, readReferences } from '../src/commands/answers.ts';
import { readLayers, shownLayers } from '../src/commands/layer_answers.ts';
import { age, shares, size } from '../src/panels/figures.ts';
import { readStatus, scarcest } from '../src/server_status.ts';
import { grouped, readFilters, wrongFilter } from '../src/views/image_tree.ts';

const RANGE = { start: { line: 0, character: 5 }, end: { line: 0, character: 11 } };

void test('references are read with the reason why one is none; what is no reference is left out', () => {
  const said = [
    { id: 'a.1.1', text: 'alpine', range: RANGE, skipped: null },
    { id: 'b.1.1', text: 'scratch', range: RANGE, skipped: 'it is empty' },
    { id: 'c.1.1', text: 'no range' },
    null,
  ];
  assert.deepEqual(
    readReferences(said).map(({ id, skipped }) => [id, skipped]),
    [['a.1.1', null], ['b.1.1', 'it is empty']],
  );
  assert.deepEqual(readReferences(null), []);
});

void test('an image that the server could not describe is none', () => {
  assert.equal(readDescription(null), undefined);
  const said = { canonicalName: 'docker.io/library/a:1', digest: 'sha256:1', page: null };
  assert.deepEqual(readDescription(said), { ...said, platforms: [] });
});

void test('a line for a terminal comes with its folder and what was left out', () => {
  const said = { line: 'docker buildx build .', folder: '/work', unknown: ['ssh'], words: [] };
  const { line, folder, unknown } = said;
  assert.deepEqual(readCommandLine(said), { line, folder, unknown });
  assert.equal(readCommandLine(null), undefined);
});

const image = (reference: string, repository: string | null, tag: string | null, state = 'running'): object => ({
  reference,
  repository,
  tag,
  digests: [],
  platforms: [],
  size: 1,
  created: '2026-01-01T00:00:00+00:00',
  containers: [{ name: 'web', state }],
  behind: true,
});

void test('images are grouped by repository, those without a name last', () => {
  const images = [image('sha256:1', null, null), image('b:1', 'b', '1'), image('a:2', 'a', '2')];
  const read = readImages({ engine: 'Docker', images });
  assert.deepEqual(
    grouped(read ?? []).map(({ repository }) => repository),
    ['a', 'b', ''],
  );
  assert.deepEqual(read?.[1]?.containers, ['web']);
  assert.deepEqual([read[1].isBehind, read[1].isRunning], [true, true]);
  const stopped = readImages({ images: [image('c:1', 'c', '1', 'exited')] });
  assert.deepEqual(stopped?.map(({ isRunning, containers }) => [isRunning, containers]), [[false, ['web']]]);
  assert.equal(readImages(null), undefined);
});

void test("docker's filters are taken, others are named", () => {
  assert.deepEqual(readFilters(' dangling=true  reference=a/* '), ['dangling=true', 'reference=a/*']);
  assert.equal(wrongFilter('dangling=true label=a=b since=alpine:3'), undefined);
  assert.equal(wrongFilter('reference=a name=b'), 'name=b');
  assert.equal(wrongFilter('dangling'), 'dangling');
  assert.equal(wrongFilter('label='), 'label=');
});

void test('layers are drawn from the bottom up; the age is that of the newest', () => {
  const layers = [
    { digest: null, size: 0, instruction: 'CMD', created: '2026-01-03T00:00:00Z', sharedWith: [] },
    { digest: 'sha256:1', size: 9, instruction: 'ADD', created: null, sharedWith: ['b:1'] },
  ];
  const read = readLayers({ reference: 'a:1', source: 'registry', platform: 'linux/arm64', layers });
  assert.ok(read);
  const shown = shownLayers(read, { now: new Date('2026-01-05T00:00:00Z'), language: 'en' });
  assert.equal(shown.title, 'a:1, linux/arm64');
  assert.deepEqual(shown.facts, ['registry', '2 days ago']);
  assert.deepEqual(shown.layers.map(({ instruction }) => instruction), ['ADD', 'CMD']);
});

void test('sizes are in steps of a thousand, as docker counts', () => {
  const sizes = [0, 999, 1_000, 12_345, 184_000, 45_100_000, 1_234_000_000];
  const written = ['0 B', '999 B', '1.00 kB', '12.3 kB', '184 kB', '45.1 MB', '1.23 GB'];
  assert.deepEqual(sizes.map(size), written);
});

void test('an age is in the largest unit; what is no time has none', () => {
  const now = new Date('2026-02-10T12:00:00Z');
  assert.equal(age('2026-02-07T12:00:00Z', now, 'en'), '3 days ago');
  assert.equal(age('2026-02-10T11:59:50Z', now, 'en'), 'now');
  assert.equal(age('2027-01-01T00:00:00Z', now, 'en'), 'now');
  assert.equal(age('yesterday', now, 'en'), '');
  assert.equal(age(null, now, 'en'), '');
});

void test('a bar has all of it, and no part too thin to point at', () => {
  const parts = shares([1, 999_999], 0.01);
  assert.ok(parts.every((part) => part > 0.009));
  assert.ok(Math.abs(parts.reduce((sum, part) => sum + part, 0) - 1) < 1e-9);
  assert.deepEqual(shares([0, 0], 0.01), [0.5, 0.5]);
  assert.deepEqual(shares([], 0.01), []);
});

void test('a status says whom the server asks, what is left, and which engine answers', () => {
  const quotas = [
    { registry: 'docker.io', remaining: 90, limit: 100, window: 21600 },
    { registry: 'b.example.com', remaining: 1, limit: 50, window: null },
    { registry: 'broken', remaining: 1, limit: 0 },
  ];
  const engine = { isPresent: false, name: null, complaint: 'nobody listens' };
  const status = readStatus({ version: '1', state: 'ready', quotas, engine });
  assert.deepEqual(status?.engine, { isPresent: false, said: 'nobody listens' });
  assert.equal(scarcest(status.quotas)?.registry, 'b.example.com');
  assert.equal(scarcest([]), undefined);
  assert.equal(readStatus({ version: '1', state: 'ready', quotas: [], engine: null })?.engine, undefined);
  assert.equal(readStatus('ready'), undefined);
});
