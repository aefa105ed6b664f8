import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';

import { candidates, filesOnPath } from '../src/python/candidates.ts';
import { isNewEnough, readProbe } from '../src/python/version.ts';

const CHOSEN = { command: '/venv/py', args: ['-X', 'utf8'], origin: 'the Python extension' };

const commands = (choices: Partial<Parameters<typeof candidates>[0]>): readonly string[] =>
  candidates({ setting: '', chosen: undefined, trusted: true, platform: 'linux', ...choices }).map(
    ({ command, args }) => [command, ...args].join(' '),
  );

void test('the setting is taken alone: what it names is meant', () => {
  assert.deepEqual(commands({ setting: '/opt/py', chosen: CHOSEN }), ['/opt/py']);
});

void test('then the Python extension, then PATH', () => {
  assert.deepEqual(commands({ chosen: CHOSEN }).slice(0, 3), ['/venv/py -X utf8', 'python3', 'python']);
});

void test('on Windows the launcher comes last', () => {
  assert.deepEqual(commands({ platform: 'win32' }), ['python3', 'python', 'py -3']);
});

void test('before a workspace is trusted, PATH is all there is', () => {
  const all = commands({ setting: '/opt/py', chosen: CHOSEN, trusted: false });
  assert.deepEqual(all.slice(0, 2), ['python3', 'python']);
});

void test('folders of the workspace, and those that are relative, give no program', () => {
  const found = filesOnPath('python3', {
    path: '/work/venv/bin:/work:/workshop/bin:.:relative/bin::/usr/bin',
    extensions: [''],
    outside: ['/work/'],
    platform: path.posix,
  });
  assert.deepEqual(found, ['/workshop/bin/python3', '/usr/bin/python3']);
});

void test('the same on Windows, whatever the case of its letters', () => {
  const found = filesOnPath('python', {
    path: 'c:\\Work\\bin;C:\\Python',
    extensions: ['.exe'],
    outside: ['C:\\work'],
    platform: path.win32,
  });
  assert.deepEqual(found, ['C:\\Python\\python.exe']);
});

void test('an interpreter says what it is in its last line', () => {
  assert.deepEqual(readProbe('a banner\n["/usr/bin/python3", 3, 12]\n'), {
    executable: '/usr/bin/python3',
    major: 3,
    minor: 12,
  });
});

for (const said of ['', 'Python was not found', '[]', '["", 3, 12]', '{"a": 1}', '["x", "3", 1]']) {
  void test(`what is no answer is none: ${said}`, () => {
    assert.equal(readProbe(said), undefined);
  });
}

void test('3.11 is new enough, 3.10 and 2.7 are not, 4.0 is', () => {
  const version = (major: number, minor: number): boolean =>
    isNewEnough({ executable: 'python', major, minor });
  assert.deepEqual(
    [version(3, 11), version(3, 10), version(2, 7), version(4, 0), version(3, 14)],
    [true, false, false, true, true],
  );
});
