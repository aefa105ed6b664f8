/** The scenarios by name: what a test and a screenshot call them. */
import { itFollowsTheTheme } from './appearance.ts';
import { aNewcomerIsShownAround, thePaletteDoesWhatItSays } from './commands.ts';
import {
  pullShowsProgress,
  removeAsks,
  theEngineIsTendedTo,
  theLayersPanelDraws,
  theViewListsAndActs,
} from './engine.ts';
import { findingsAreToldAndMended } from './findings.ts';
import { hoverShowsTheImage, thePaletteHasWhatApplies } from './hover.ts';
import {
  completionReplacesTheTag,
  pinChangesTheFile,
  pinWorkspaceShowsThePreview,
} from './pinning.ts';
import { thePythonExtensionsChoose } from './python.ts';
import type { Scenario } from './scenario.ts';
import { aCrashIsToldAndMended, aMissingPythonIsToldOnce, plantedFilesHaveNoSay, strangersAreNotAskedFor } from './server.ts';

/** Those that have the one engine to themselves, one after another. */
export const WITH_ENGINE: Readonly<Record<string, Scenario>> = {
  pull: pullShowsProgress,
  remove: removeAsks,
  'engine-commands': theEngineIsTendedTo,
  'images-view': theViewListsAndActs,
};

export const WITHOUT_ENGINE: Readonly<Record<string, Scenario>> = {
  hover: hoverShowsTheImage,
  palette: thePaletteHasWhatApplies,
  themes: itFollowsTheTheme,
  pin: pinChangesTheFile,
  'pin-workspace': pinWorkspaceShowsThePreview,
  completion: completionReplacesTheTag,
  findings: findingsAreToldAndMended,
  commands: thePaletteDoesWhatItSays,
  newcomer: aNewcomerIsShownAround,
  'layers-panel': theLayersPanelDraws,
  'strange-workspace': strangersAreNotAskedFor,
  'planted-files': plantedFilesHaveNoSay,
  'python-extension': thePythonExtensionsChoose,
  'missing-python': aMissingPythonIsToldOnce,
  crash: aCrashIsToldAndMended,
};

export const SCENARIOS = { ...WITHOUT_ENGINE, ...WITH_ENGINE };
