/** What some models want before a text, by their model cards; without it they find a good deal less. */

type Prefixes = { readonly question: string; readonly document: string };

const NONE: Prefixes = { question: '', document: '' };

const KNOWN: ReadonlyArray<readonly [name: RegExp, prefixes: Prefixes]> = [
  [/nomic-embed/i, { question: 'search_query: ', document: 'search_document: ' }],
  [/(?:^|[/_-])(?:multilingual-)?e5-(?!mistral)/i, { question: 'query: ', document: 'passage: ' }],
  [
    /mxbai-embed|snowflake-arctic-embed(?!2|-.*v2)|bge-(?:small|base|large)-en/i,
    { question: 'Represent this sentence for searching relevant passages: ', document: '' },
  ],
  [/embeddinggemma/i, { question: 'task: search result | query: ', document: 'title: none | text: ' }],
  [
    /qwen3-embedding/i,
    {
      question: 'Instruct: Given a question, retrieve notes and messages that answer it\nQuery:',
      document: '',
    },
  ],
];

/** Set ones count, empty ones too; null = by the name of the model. */
export function prefixesFor(
  model: string,
  { question, document }: { readonly question: string | null; readonly document: string | null },
): Prefixes {
  const known = KNOWN.find(([name]) => name.test(model))?.[1] ?? NONE;
  return { question: question ?? known.question, document: document ?? known.document };
}
