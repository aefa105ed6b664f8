// Bundles the extension and the script of its layers panel into a folder: `node esbuild.mjs [FOLDER]`.
import { build } from 'esbuild';

const folder = process.argv[2] ?? 'dist';

const shared = {
  bundle: true,
  minify: true,
  sourcemap: false,
  legalComments: 'none',
  logLevel: 'warning',
  target: 'es2023',
};

// The language client's library is most of the script: in a file of its own it is not even read
// before a server is started.
const apart = {
  name: 'apart',
  setup(bundle) {
    bundle.onResolve({ filter: /^\.\/client\.ts$/ }, ({ kind }) =>
      kind === 'dynamic-import' ? { path: './client.cjs', external: true } : undefined,
    );
  },
};
const node = {
  ...shared,
  platform: 'node',
  format: 'cjs',
  external: ['vscode'],
  supported: { 'dynamic-import': false },
};

await Promise.all([
  build({
    ...node,
    entryPoints: ['src/extension.ts'],
    outfile: `${folder}/extension.cjs`,
    plugins: [apart],
  }),
  build({ ...node, entryPoints: ['src/server/client.ts'], outfile: `${folder}/client.cjs` }),
  build({
    ...shared,
    entryPoints: ['src/panels/webview/layers.ts'],
    outfile: `${folder}/layers.js`,
    platform: 'browser',
    format: 'iife',
  }),
]);
