/** The palette's commands by name; what each does is in a module of its own kind. */
import type * as vscode from 'vscode';

import type { ShownDocuments } from '../documents_shown.ts';
import { SERVER_COMMANDS } from '../protocol.ts';
import type { Server } from '../server/server.ts';
import type { ImagesView } from '../views/images_view.ts';
import {
  pinAllInFile,
  pinAllInWorkspace,
  pinImage,
  unpin,
  updatePins,
  updatePinsInWorkspace,
} from './editing.ts';
import {
  composeBuildCommand,
  listImages,
  prune,
  pullAll,
  pullImage,
  removeImage,
  tagImage,
} from './engine.ts';
import {
  compareLayers,
  copyCanonicalName,
  copyDigest,
  doctor,
  inspectImage,
  openInRegistry,
  showLayers,
} from './showing.ts';

/** What commands work with. */
export interface Tools {
  readonly server: Server;
  readonly output: vscode.LogOutputChannel;
  readonly documents: ShownDocuments;
  readonly images: ImagesView;
  /** Where the extension lies. */
  readonly extension: vscode.Uri;
}

export type Command = (tools: Tools, ...given: readonly unknown[]) => unknown;

export const COMMANDS: Readonly<Record<string, Command>> = {
  'tagwise.pinImage': pinImage,
  'tagwise.pinAllInFile': pinAllInFile,
  'tagwise.pinAllInWorkspace': pinAllInWorkspace,
  'tagwise.updatePins': updatePins,
  'tagwise.updatePinsInWorkspace': updatePinsInWorkspace,
  'tagwise.unpin': unpin,
  'tagwise.pullImage': pullImage,
  'tagwise.pullAll': pullAll,
  'tagwise.removeImage': removeImage,
  'tagwise.tagImage': tagImage,
  'tagwise.prune': prune,
  'tagwise.listImages': listImages,
  'tagwise.inspectImage': inspectImage,
  'tagwise.showLayers': showLayers,
  'tagwise.compareLayers': compareLayers,
  'tagwise.copyDigest': copyDigest,
  'tagwise.copyCanonicalName': copyCanonicalName,
  'tagwise.openInRegistry': openInRegistry,
  'tagwise.composeBuildCommand': composeBuildCommand,
  'tagwise.images.refresh': ({ images }) => {
    images.refresh();
  },
  'tagwise.images.filter': ({ images }) => images.filter(),
  'tagwise.images.clearFilter': ({ images }) => images.clearFilter(),
  'tagwise.doctor': doctor,
  'tagwise.clearCache': ({ server }) => server.run(SERVER_COMMANDS.clearCache, {}),
  'tagwise.showOutput': ({ output }) => {
    output.show();
  },
  'tagwise.restartServer': ({ server }) => server.restart(),
};
