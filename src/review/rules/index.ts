/** Reviews by rules alone: no model, no network, precision before recall. */
export {
  commandSequence,
  type ProcedureSource,
  repeatedProcedure,
  type SessionCommands,
} from './procedures.ts';
export { findingsIn, type RulesDeps, rulesReviewer } from './reviewer.ts';
