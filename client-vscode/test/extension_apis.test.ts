import assert from 'node:assert/strict';
import { test } from 'node:test';

import {
  chosenInEnvironments,
  chosenInPython,
  type EnvironmentsApi,
  type PythonApi,
} from '../src/python/extension_apis.ts';

const RUN = { executable: '/venv/bin/python', args: ['-X', 'utf8'] };
const ORIGIN = 'the Python Environments extension';

/** An API of Python Environments with one environment, and what resolving it gives. */
function environments(
  environment: Awaited<ReturnType<EnvironmentsApi['getEnvironment']>>,
  resolved?: Awaited<ReturnType<EnvironmentsApi['resolveEnvironment']>>,
): EnvironmentsApi {
  return {
    getEnvironment: () => Promise.resolve(environment),
    resolveEnvironment: () => Promise.resolve(resolved),
  };
}

function python(resolved: { readonly executable: { readonly uri?: unknown } } | undefined): PythonApi {
  return {
    environments: {
      getActiveEnvironmentPath: () => ({ path: '/venv' }),
      resolveEnvironment: ({ path }) => {
        assert.equal(path, '/venv');
        return Promise.resolve(resolved as Awaited<ReturnType<PythonApi['environments']['resolveEnvironment']>>);
      },
    },
  };
}

void test('Python Environments says how its environment is run, arguments and all', async () => {
  assert.deepEqual(await chosenInEnvironments(environments({ execInfo: { run: RUN } }), undefined), {
    command: '/venv/bin/python',
    args: ['-X', 'utf8'],
    origin: ORIGIN,
  });
});

void test('an environment that does not say it is resolved first', async () => {
  const api = environments({}, { execInfo: { run: { executable: '/venv/bin/python' } } });
  assert.deepEqual(await chosenInEnvironments(api, undefined), {
    command: '/venv/bin/python',
    args: [],
    origin: ORIGIN,
  });
});

void test('no environment, or one that cannot be resolved, is no choice', async () => {
  assert.equal(await chosenInEnvironments(environments(undefined), undefined), undefined);
  assert.equal(await chosenInEnvironments(environments({}), undefined), undefined);
});

void test('the Python extension says the file of what is active', async () => {
  const api = python({ executable: { uri: { fsPath: '/venv/bin/python' } } });
  assert.deepEqual(await chosenInPython(api, undefined), {
    command: '/venv/bin/python',
    args: [],
    origin: 'the Python extension',
  });
});

void test('an environment without a Python in it is no choice', async () => {
  assert.equal(await chosenInPython(python({ executable: {} }), undefined), undefined);
  assert.equal(await chosenInPython(python(undefined), undefined), undefined);
});
