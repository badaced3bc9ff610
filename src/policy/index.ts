/** Trust: who said it, shown by evidence, and what may therefore be stored at once. */
export { type Admission, admit, type Candidate, type TrustPolicy } from './admission.ts';
export { originOf } from './origin.ts';
export { touchedByTool } from './touched.ts';
