/**
 * What an answered handshake does not need: the store, the services, configuration, capture. It is a bundle of its
 * own, loaded at the first call, so that starting costs nothing of it.
 */
export { indexText, peekCwd } from '../capture/index.ts';
export { historyService } from '../history/index.ts';
export { memoriesService, memoryTerms } from '../memories/index.ts';
export { machineId } from '../platform/machine.ts';
export { makePrivateFile } from '../platform/permissions.ts';
export { watchParent } from '../platform/process.ts';
export { loadConfiguration } from '../project/configuration.ts';
export { isPaused, pause, resume } from '../project/pause.ts';
export { recallService } from '../recall/index.ts';
export { statusService } from '../status/index.ts';
export { openSqlite } from '../store/sqlite/store.ts';
export { withoutSignals } from '../text/weights.ts';
export { reconsiderAbsorbed } from './absorbed-book.ts';
export { CaptureDesk, planImport } from './capture-desk.ts';
export { openCompile } from './compile-desk.ts';
export { examine } from './doctor.ts';
export { ProjectBook } from './project-book.ts';
export { renderKnown } from './render-known.ts';
export { openSkills } from './skills.ts';
