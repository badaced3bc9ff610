/**
 * What neither an answered handshake nor a question needs: capture, memories, compile, review and the rest. A bundle
 * of its own, loaded when first needed; what questions stand on is in asking.ts.
 */
export { accessService } from '../access/index.ts';
export { indexText, peekCwd } from '../capture/index.ts';
export { memoriesService } from '../memories/index.ts';
export { isPaused, pause, pausedUntil, resume } from '../project/pause.ts';
export { tokenFileOf } from '../project/token-file.ts';
export { statusService } from '../status/index.ts';
export { reconsiderAbsorbed } from './absorbed-book.ts';
export { CallersAfar } from './caller-afar.ts';
export { CaptureDesk, planImport } from './capture-desk.ts';
export { openCompile } from './compile-desk.ts';
export { ConfigDesk } from './config-desk.ts';
export { examine } from './doctor/index.ts';
export { openMigrate } from './migrate-desk.ts';
export { ProjectDesk } from './projects/desk.ts';
export { projectNews } from './projects/news.ts';
export { renderKnown } from './render-known.ts';
export { openReview } from './review-desk.ts';
export { openScheduler } from './scheduler.ts';
export { openSetup } from './setup.ts';
export { openSkills } from './skills.ts';
