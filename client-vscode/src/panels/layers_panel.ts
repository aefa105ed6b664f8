/**
 * The panel that shows an image's layers: one image, or two beside each other.
 *
 * The page may load its own script and style, and nothing else from anywhere.
 */
import { randomBytes } from 'node:crypto';

import * as vscode from 'vscode';

import { isAsked, type Show, type ShownImage, type Words } from './messages.ts';

const KIND = 'tagwise.layers';

export class LayersPanel {
  readonly #panel: vscode.WebviewPanel;
  readonly #compare: () => Promise<ShownImage | undefined>;
  readonly #first: ShownImage;
  #second: ShownImage | undefined;

  /** `compare` asks for the second image. */
  constructor(
    extension: vscode.Uri,
    images: { readonly first: ShownImage; readonly second?: ShownImage | undefined },
    compare: () => Promise<ShownImage | undefined>,
  ) {
    this.#first = images.first;
    this.#second = images.second;
    this.#compare = compare;
    const [media, scripts] = ['media', 'dist'].map((each) => vscode.Uri.joinPath(extension, each));
    const roots = [media, scripts].filter((each) => each !== undefined);
    this.#panel = vscode.window.createWebviewPanel(
      KIND,
      vscode.l10n.t('Layers: {0}', images.first.title),
      vscode.ViewColumn.Beside,
      { enableScripts: true, localResourceRoots: roots, enableFindWidget: true },
    );
    this.#panel.webview.onDidReceiveMessage((message: unknown) => void this.#hear(message));
    this.#panel.webview.html = page(this.#panel.webview, extension);
  }

  async #hear(message: unknown): Promise<void> {
    if (!isAsked(message)) {
      return;
    }
    if (message.kind === 'single') {
      this.#second = undefined;
    } else if (message.kind === 'compare') {
      this.#second = (await this.#compare()) ?? this.#second;
    }
    const images = this.#second === undefined ? [this.#first] : [this.#first, this.#second];
    this.#panel.title = vscode.l10n.t('Layers: {0}', images.map(({ title }) => title).join(' ↔ '));
    await this.#panel.webview.postMessage({ kind: 'show', images, words: words() } satisfies Show);
  }
}

function page(webview: vscode.Webview, extension: vscode.Uri): string {
  const address = (...parts: string[]): string =>
    webview.asWebviewUri(vscode.Uri.joinPath(extension, ...parts)).toString();
  const nonce = randomBytes(16).toString('base64url');
  const policy = [
    "default-src 'none'",
    `style-src ${webview.cspSource}`,
    `script-src 'nonce-${nonce}'`,
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="${vscode.env.language}">
<head>
  <meta charset="utf-8">
  <meta http-equiv="Content-Security-Policy" content="${policy}">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <link rel="stylesheet" href="${address('media', 'layers.css')}">
</head>
<body>
  <script nonce="${nonce}" src="${address('dist', 'layers.js')}"></script>
</body>
</html>`;
}

function words(): Words {
  return {
    compare: vscode.l10n.t('Compare with…'),
    single: vscode.l10n.t('Show one'),
    size: vscode.l10n.t('Size'),
    instruction: vscode.l10n.t('Made by'),
    layer: vscode.l10n.t('Layer'),
    alsoIn: vscode.l10n.t('also in'),
    inBoth: vscode.l10n.t('in both'),
    total: vscode.l10n.t('in all'),
    noLayer: vscode.l10n.t('no layer'),
  };
}
