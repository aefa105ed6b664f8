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

await Promise.all([
  build({
    ...shared,
    entryPoints: ['src/extension.ts'],
    outfile: `${folder}/extension.cjs`,
    platform: 'node',
    format: 'cjs',
    external: ['vscode'],
  }),
  build({
    ...shared,
    entryPoints: ['src/panels/webview/layers.ts'],
    outfile: `${folder}/layers.js`,
    platform: 'browser',
    format: 'iife',
  }),
]);
