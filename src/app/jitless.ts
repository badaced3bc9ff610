/** Zod makes code for each schema of an object at its first use; what is checked once is checked sooner without. */
import * as z from 'zod';

/** Said where this is loaded, which has to be before any schema is. */
export const jitless = z.config({ jitless: true });
