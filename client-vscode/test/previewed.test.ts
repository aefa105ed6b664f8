import assert from 'node:assert/strict';
import { test } from 'node:test';

import { previewed } from '../src/server/previewed.ts';

const range = { start: { line: 0, character: 5 }, end: { line: 0, character: 9 } };
const changes = (needsConfirmation: boolean): Parameters<typeof previewed>[0] => ({
  label: 'Tagwise',
  edit: {
    documentChanges: [
      {
        textDocument: { uri: 'file:///work/Dockerfile', version: 3 },
        edits: [{ range, newText: 'text', annotationId: 'pin' }],
      },
    ],
    changeAnnotations: { pin: { label: 'Pin python:3.12', needsConfirmation } },
  },
});

void test('what is to be looked over is on, and the preview shows for a change that does nothing', () => {
  const { edit, metadata } = previewed(changes(true));
  assert.deepEqual(metadata, { isRefactoring: true });
  assert.deepEqual(edit.documentChanges?.[0], changes(true).edit.documentChanges?.[0]);
  assert.deepEqual(edit.documentChanges?.slice(1), [
    {
      kind: 'create',
      uri: 'file:///work/Dockerfile',
      options: { ignoreIfExists: true },
      annotationId: 'tagwise.preview',
    },
  ]);
  assert.deepEqual(edit.changeAnnotations, {
    pin: { label: 'Pin python:3.12', needsConfirmation: false },
    'tagwise.preview': { label: 'Tagwise', needsConfirmation: true },
  });
});

void test('what nobody wants looked over is made as it is', () => {
  for (const params of [changes(false), { edit: {} }, { edit: { changes: { 'file:///a': [] } } }]) {
    assert.deepEqual(previewed(params), params);
  }
});
