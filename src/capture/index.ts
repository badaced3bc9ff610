/** Capture: client transcripts become sessions and messages. */
export { commandOf, isOwnTool, isToolSearch, mentionsOwnTool } from './calls.ts';
export { claudeCode } from './claude-code.ts';
export { codex } from './codex.ts';
export { type Discovery, discoverClients, discoverPaths, peekCwd } from './discover.ts';
export { type ImportProgress, type ImportReport, importFiles } from './import.ts';
export { indexText, messageTerms } from './index-text.ts';
export type { IngestDeps } from './ingest.ts';
export { ndjson } from './ndjson.ts';
export { serveReader } from './reader-host.ts';
export type { ReaderWorker } from './reader-thread.ts';
export { Tail } from './tail.ts';
export { namedTranscript, sessionInName, type TailCaller } from './transcript-files.ts';
