import assert from 'node:assert/strict';
import { test } from 'node:test';

import { nested, ofServer, section } from '../src/settings.ts';

void test('the layers of a setting lie over each other, objects entry by entry', () => {
  const said = {
    globalValue: { latest: 'hint', drift: 'off' },
    workspaceValue: { latest: 'error' },
    workspaceFolderValue: { unpinned: 'warning' },
  };
  const merged = { latest: 'error', drift: 'off', unpinned: 'warning' };
  assert.deepEqual(section(said, { powerful: false }), merged);
});

void test('lists and words are not merged: the nearest counts', () => {
  const said = { globalValue: ['a'], workspaceValue: ['b'] };
  assert.deepEqual(section(said, { powerful: false }), ['b']);
});

void test('of a setting with power only the user has a say', () => {
  const planted = { workspaceValue: { 'docker.io': { mirrors: ['http://evil'] } } };
  assert.equal(section(planted, { powerful: true }), undefined);
  const said = { globalValue: { a: 1 }, ...planted };
  assert.deepEqual(section(said, { powerful: true }), { a: 1 });
});

void test('what nobody has set is not told, so that defaults count over nothing', () => {
  const values = [['platform', undefined], ['offline', false]] as const;
  assert.deepEqual(nested(values), { offline: false });
});

void test('dotted keys become objects', () => {
  const values = [['codeLens.enabled', true], ['codeLens.age', false], ['x', 1]] as const;
  assert.deepEqual(nested(values), { codeLens: { enabled: true, age: false }, x: 1 });
});

void test("the client's own settings are not the server's; power comes from the scope", () => {
  const declared = {
    'tagwise.interpreter': { scope: 'machine' },
    'tagwise.registries': { scope: 'application' },
    'tagwise.platform': { scope: 'window' },
  };
  assert.deepEqual(ofServer(declared), [
    { key: 'registries', powerful: true },
    { key: 'platform', powerful: false },
  ]);
});
