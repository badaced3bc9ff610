/** How a memory becomes index terms: loaded by those who write memories or upgrade a store. */
export { memoryTerms } from '../memories/index.ts';
