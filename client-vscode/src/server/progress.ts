/**
 * What the server is busy with: in the status bar at once, and in a notification that can cancel
 * it once it takes long.
 */
import * as vscode from 'vscode';
import type {
  Middleware,
  ProgressToken,
  WorkDoneProgressBegin,
  WorkDoneProgressReport,
} from 'vscode-languageclient/node';

const LONG_MILLISECONDS = 2_000;

type Handler = NonNullable<Middleware['handleWorkDoneProgress']>;

export class Progress implements vscode.Disposable {
  readonly #cancel: (token: ProgressToken) => void;
  readonly #jobs = new Map<ProgressToken, Job>();

  constructor(cancel: (token: ProgressToken) => void) {
    this.#cancel = cancel;
  }

  readonly handle: Handler = (token, params, next) => {
    next(token, params);
    switch (params.kind) {
      case 'begin':
        if (params.cancellable === true) {
          this.#jobs.set(token, new Job(params, () => { this.#cancel(token); }));
        }
        break;
      case 'report':
        this.#jobs.get(token)?.report(params);
        break;
      case 'end':
        this.#jobs.get(token)?.dispose();
        this.#jobs.delete(token);
        break;
    }
  };

  /** The server is gone, and what it was busy with. */
  dispose(): void {
    for (const job of this.#jobs.values()) {
      job.dispose();
    }
    this.#jobs.clear();
  }
}

class Job implements vscode.Disposable {
  readonly #title: string;
  readonly #cancel: () => void;
  readonly #timer: NodeJS.Timeout;
  #done: (() => void) | undefined;
  #shown: vscode.Progress<{ message?: string; increment?: number }> | undefined;
  #message: string | undefined;
  #percentage = 0;
  #reported = 0;

  constructor(begin: WorkDoneProgressBegin, cancel: () => void) {
    this.#title = begin.title;
    this.#message = begin.message;
    this.#percentage = begin.percentage ?? 0;
    this.#cancel = cancel;
    this.#timer = setTimeout(() => { this.#show(); }, LONG_MILLISECONDS);
  }

  report(params: WorkDoneProgressReport): void {
    this.#message = params.message ?? this.#message;
    this.#percentage = Math.max(this.#percentage, params.percentage ?? 0);
    this.#tell();
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#done?.();
  }

  #show(): void {
    const location = vscode.ProgressLocation.Notification;
    const options = { location, title: this.#title, cancellable: true };
    void vscode.window.withProgress(options, (progress, token) => {
      this.#shown = progress;
      token.onCancellationRequested(this.#cancel);
      this.#tell();
      return new Promise<void>((resolve) => {
        this.#done = resolve;
      });
    });
  }

  #tell(): void {
    if (this.#shown === undefined) {
      return;
    }
    const increment = this.#percentage - this.#reported;
    this.#reported = this.#percentage;
    const message = this.#message === undefined ? {} : { message: this.#message };
    this.#shown.report({ ...message, increment });
  }
}
