/**
 * The view Tagwise Images: what this machine's engine has, grouped by repository.
 *
 * Lists when it is looked at, and again when the server says that the engine has news.
 */
import * as vscode from 'vscode';

import type { LocalImage } from '../commands/answers.ts';
import { facts, localImages } from '../commands/local_image.ts';
import { NOTIFICATIONS } from '../protocol.ts';
import type { Server } from '../server/server.ts';
import { readStatus } from '../server_status.ts';
import { type Group, grouped, readFilters, wrongFilter } from './image_tree.ts';

const ID = 'tagwise.images';
const QUIET_MILLISECONDS = 300;

/** A row of the view; `reference` makes it something commands can be given. */
type Row =
  | { readonly kind: 'group'; readonly group: Group }
  | { readonly kind: 'image'; readonly image: LocalImage; readonly reference: string };

export class ImagesView implements vscode.TreeDataProvider<Row>, vscode.Disposable {
  readonly #server: Server;
  readonly #changed = new vscode.EventEmitter<undefined>();
  readonly #view: vscode.TreeView<Row>;
  readonly #disposables: readonly { dispose(): void }[];
  #filter = '';
  // Until the server says otherwise, an engine may be there.
  #hasEngine = true;
  #timer: NodeJS.Timeout | undefined;
  /** The last list, or the one that is under way; none while nobody looks. */
  #listed: Promise<readonly Group[]> | undefined;

  readonly onDidChangeTreeData = this.#changed.event;

  constructor(server: Server) {
    this.#server = server;
    this.#view = vscode.window.createTreeView(ID, { treeDataProvider: this, showCollapseAll: true });
    this.#disposables = [
      this.#changed,
      this.#view,
      server.onNotification(({ method, params }) => {
        if (method === NOTIFICATIONS.status) {
          this.#engine(readStatus(params)?.engine?.isPresent);
        } else {
          this.refresh();
        }
      }),
      server.onDidChangeState(({ kind }) => {
        if (kind !== 'starting') {
          this.refresh();
        }
      }),
    ];
  }

  /** List anew, once for a row of requests. */
  refresh(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#renew(), QUIET_MILLISECONDS);
  }

  async filter(): Promise<void> {
    const text = await vscode.window.showInputBox({
      title: vscode.l10n.t('Filter images'),
      prompt: vscode.l10n.t("docker's filters, with blanks between"),
      placeHolder: 'reference=python:* dangling=false label=team=web since=alpine:3.22',
      value: this.#filter,
      validateInput: (value) => {
        const wrong = wrongFilter(value);
        return wrong === undefined ? undefined : vscode.l10n.t('{0} is no filter of docker', wrong);
      },
    });
    if (text !== undefined) {
      await this.#setFilter(text.trim());
    }
  }

  clearFilter(): Promise<void> {
    return this.#setFilter('');
  }

  async getChildren(row?: Row): Promise<Row[]> {
    if (row !== undefined) {
      return row.kind === 'group' ? row.group.images.map(imageRow) : [];
    }
    this.#listed ??= this.#list();
    return (await this.#listed).map((group) => ({ kind: 'group', group }));
  }

  getTreeItem(row: Row): vscode.TreeItem {
    return row.kind === 'group' ? groupItem(row.group) : imageItem(row.image);
  }

  dispose(): void {
    clearTimeout(this.#timer);
    for (const each of this.#disposables) {
      each.dispose();
    }
  }

  /**
   * List, and have the workbench look then: one that is told while it still waits for rows shows
   * groups without them.
   */
  async #renew(): Promise<void> {
    const listed = this.#view.visible ? this.#list() : undefined;
    this.#listed = listed;
    await listed;
    // Whoever has listed since then tells of that.
    if (this.#listed === listed) {
      this.#changed.fire(undefined);
    }
  }

  async #list(): Promise<readonly Group[]> {
    // Nobody has asked for this: a strange workspace has no engine asked, and none is told of twice.
    if (this.#server.state.kind !== 'running' || !vscode.workspace.isTrusted || !this.#hasEngine) {
      return [];
    }
    return grouped((await localImages(this.#server, readFilters(this.#filter))) ?? []);
  }

  #engine(answers: boolean | undefined): void {
    if (answers !== undefined && answers !== this.#hasEngine) {
      this.#hasEngine = answers;
      this.refresh();
    }
  }

  async #setFilter(text: string): Promise<void> {
    this.#filter = text;
    this.#view.description = text;
    await vscode.commands.executeCommand('setContext', `${ID}.filtered`, text !== '');
    this.refresh();
  }
}

function imageRow(image: LocalImage): Row {
  return { kind: 'image', image, reference: image.reference };
}

function groupItem({ repository, images }: Group): vscode.TreeItem {
  const name = repository === '' ? vscode.l10n.t('without a name') : repository;
  const item = new vscode.TreeItem(name, vscode.TreeItemCollapsibleState.Expanded);
  item.id = `group:${repository}`;
  item.iconPath = new vscode.ThemeIcon('package');
  item.description = images.length > 1 ? images.length.toString() : '';
  item.contextValue = 'repository';
  return item;
}

function imageItem(image: LocalImage): vscode.TreeItem {
  const label = image.tag === '' ? image.reference : image.tag;
  const item = new vscode.TreeItem(label, vscode.TreeItemCollapsibleState.None);
  item.id = `image:${image.repository}:${image.reference}`;
  const used = image.containers.length > 0 ? vscode.l10n.t('in use') : '';
  const runs = image.isRunning ? vscode.l10n.t('running') : used;
  item.description = [runs, facts(image)].filter((each) => each !== '').join(' · ');
  item.iconPath = icon(image);
  item.contextValue = 'image';
  const platforms = image.platforms.join(', ');
  const lines = [image.reference, ...image.digests, platforms, facts(image)];
  item.tooltip = lines.filter((line) => line !== '').join('\n');
  return item;
}

function icon(image: LocalImage): vscode.ThemeIcon {
  if (image.isBehind) {
    return new vscode.ThemeIcon('arrow-circle-up', new vscode.ThemeColor('charts.orange'));
  }
  if (image.isRunning) {
    return new vscode.ThemeIcon('vm-running', new vscode.ThemeColor('charts.green'));
  }
  return new vscode.ThemeIcon(image.containers.length > 0 ? 'vm' : 'tag');
}
