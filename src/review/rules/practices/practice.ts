// The form of an entry in the lists of this folder.

export type Practice = {
  /** A state of things that may also be told as a fault; an order; a wish of the person's own. */
  readonly form: 'statement' | 'order' | 'person';
  /** Of a regular expression for the beginning of a clause. No repeat of unlimited length within a repeat. */
  readonly source: string;
  /** Has to be found in the sentence as well. */
  readonly needs?: string;
};

export const statement = (source: string, needs?: string): Practice => ({
  form: 'statement',
  source,
  ...(needs === undefined ? {} : { needs }),
});
export const order = (source: string): Practice => ({ form: 'order', source });
