/** Trust: who said it, shown by evidence, and what may therefore be stored at once. */
export { admit, type Admission } from './admission.ts';
export { originOf, type OriginQuestion, type ProvenOrigin } from './origin.ts';
