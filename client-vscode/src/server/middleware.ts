/**
 * What is changed on the way between the server and the editor.
 *
 * Cards may hold links that run commands: exactly those of `CARD_COMMANDS`, in hovers and in the
 * tooltips of inlay hints, and nowhere else.  Settings are told as `configuration.ts` puts them, and
 * edits to be looked over are shown as `previewed.ts` puts them.
 */
import * as vscode from 'vscode';
import type { Middleware } from 'vscode-languageclient/node';

import { CARD_COMMANDS } from '../protocol.ts';
import { SECTION } from '../configuration.ts';
import { previewed } from './previewed.ts';

export function middlewareOf(options: {
  readonly section: (scope: vscode.Uri | undefined) => Record<string, unknown>;
  readonly progress: NonNullable<Middleware['handleWorkDoneProgress']>;
}): Middleware {
  return {
    provideHover: async (document, position, token, next) => {
      const hover = await next(document, position, token);
      hover?.contents.forEach(trustCardCommands);
      return hover;
    },
    provideInlayHints: async (document, range, token, next) => {
      const hints = await next(document, range, token);
      hints?.forEach(trustTooltip);
      return hints;
    },
    resolveInlayHint: async (hint, token, next) => {
      const resolved = await next(hint, token);
      trustTooltip(resolved);
      return resolved;
    },
    handleWorkDoneProgress: options.progress,
    workspace: {
      handleApplyEdit: (params, next) =>
        next(previewed(params), new vscode.CancellationTokenSource().token),
      configuration: async (params, token, next) => {
        const answers = await next(params, token);
        if (!Array.isArray(answers)) {
          return answers;
        }
        return answers.map((answer: unknown, at) => {
          const item = params.items[at];
          const scope = item?.scopeUri === undefined ? undefined : vscode.Uri.parse(item.scopeUri);
          return item?.section === SECTION ? options.section(scope) : answer;
        });
      },
    },
  };
}

function trustTooltip(hint: vscode.InlayHint | null | undefined): void {
  trustCardCommands(hint?.tooltip);
  if (Array.isArray(hint?.label)) {
    hint.label.forEach((part) => {
      trustCardCommands(part.tooltip);
    });
  }
}

function trustCardCommands(content: unknown): void {
  if (content instanceof vscode.MarkdownString) {
    content.isTrusted = { enabledCommands: [...CARD_COMMANDS] };
  }
}
