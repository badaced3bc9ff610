/** The signals of the order that can be left out one by one (`MIDTURN_RECALL_WITHOUT`, a comma list). */
export const SIGNALS = [
  'window',
  'reply',
  'session',
  'coverage',
  'exact',
  'novel',
  'capitals',
  'date',
  'author',
  'when',
  'count',
  'head',
  'asks',
  'synonyms',
];
