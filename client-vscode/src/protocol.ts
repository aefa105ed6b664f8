/**
 * What the client and the server have agreed on besides the protocol: names, and nothing else.
 *
 * A test holds the names against the server's own lists.
 */

export const SERVER_COMMANDS = {
  applyAction: 'tagwise.server.applyAction',
  pull: 'tagwise.server.pull',
  remove: 'tagwise.server.remove',
  pullAll: 'tagwise.server.pullAll',
  listImages: 'tagwise.server.listImages',
  inspectImage: 'tagwise.server.inspectImage',
  layers: 'tagwise.server.layers',
  tagImage: 'tagwise.server.tagImage',
  prune: 'tagwise.server.prune',
  listReferences: 'tagwise.server.listReferences',
  describe: 'tagwise.server.describe',
  pinWorkspace: 'tagwise.server.pinWorkspace',
  updateWorkspace: 'tagwise.server.updateWorkspace',
  showFacts: 'tagwise.server.showFacts',
  doctor: 'tagwise.server.doctor',
  clearCache: 'tagwise.server.clearCache',
  composeBuildCommand: 'tagwise.server.composeBuildCommand',
} as const;

export const NOTIFICATIONS = {
  didChangeTrust: 'tagwise/didChangeTrust',
  status: 'tagwise/status',
  didChangeImages: 'tagwise/didChangeImages',
} as const;

/** The commands that links in a card may run; each asks before it pulls. */
export const CARD_COMMANDS = [
  'tagwise.pinImage',
  'tagwise.pullImage',
  'tagwise.copyDigest',
  'tagwise.showLayers',
] as const;
