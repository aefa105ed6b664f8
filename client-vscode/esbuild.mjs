// Bundles the extension and the script of its layers panel into dist/.
import { build } from 'esbuild';

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
    outfile: 'dist/extension.cjs',
    platform: 'node',
    format: 'cjs',
    external: ['vscode'],
  }),
  build({
    ...shared,
    entryPoints: ['src/panels/webview/layers.ts'],
    outfile: 'dist/layers.js',
    platform: 'browser',
    format: 'iife',
  }),
]);
