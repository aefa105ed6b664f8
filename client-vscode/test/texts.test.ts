import assert from 'node:assert/strict';
import { test } from 'node:test';

import { pressesKeys, withoutLinks } from '../src/texts.ts';

void test('a line that would be more than typed is told', () => {
  assert.equal(pressesKeys("docker buildx build --build-arg 'V=é 1' ."), false);
  for (const key of ['\n', '\r', '\t', '\x15', '\x1b', '\x7f', '\x9b']) {
    assert.equal(pressesKeys(`docker ${key}`), true);
  }
});

void test('nothing in a message is a link', () => {
  assert.equal(withoutLinks('[x](command:y) z'), '[x] (command:y) z');
});
