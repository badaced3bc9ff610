/**
 * Names that a question is about: products, what code calls things, and what is written with a capital. A record that
 * speaks of the same matter for another name is no sure answer. Told by how English writes them; a question of another
 * language has those names only that stand in the list, or are written as code writes them.
 */
import { isIdentifier } from '../text/identifiers.ts';
import { analyse } from '../text/terms.ts';
import { isGeneric } from './generic-words.ts';

/** Products whose name is no word of English, in small letters. */
const PRODUCTS = new Set(
  `postgresql postgres psql mysql mariadb sqlite mongodb mongo redis valkey memcached elasticsearch opensearch cassandra
  dynamodb clickhouse duckdb neo4j cockroachdb firestore supabase kafka rabbitmq nats sqs activemq react vue angular svelte
  preact nextjs nuxt sveltekit htmx jest vitest mocha jasmine playwright cypress selenium puppeteer pytest junit rspec npm yarn
  pnpm webpack vite esbuild turbopack eslint biome oxlint tslint ruff flake8 pylint prettier dprint aws azure gcp hetzner
  digitalocean heroku vercel netlify cloudflare jenkins circleci buildkite github gitlab bitbucket nginx caddy traefik haproxy
  prisma typeorm sequelize knex sqlalchemy drizzle fastify koa hono nestjs django flask fastapi laravel python kotlin php golang
  stripe paypal adyen braintree mollie sendgrid mailgun postmark mailchimp datadog grafana prometheus auth0 okta keycloak cognito
  jira asana trello slack discord kubernetes k8s terraform pulumi ansible docker podman tailwind graphql grpc kong`
    .trim()
    .split(/\s+/),
);

const TOKEN = /[\p{L}\p{N}_][\p{L}\p{N}_+#]*(?:[-./@:'][\p{L}\p{N}_]+)*/gu;
/** Words that only an English question has. */
const ENGLISH = /\b(?:the|does|did|is|are|what|which|who|how|where|why|when|we|our|should|can)\b/i;
/** In "which port does redis listen on" the name stands without an article. */
const SUBJECT = /\b(?:does|did)\s+([a-z][\w.+-]*)\b/g;
const NO_NAME =
  /^(?:the|our|a|an|my|your|this|that|it|each|every|any|all|we|i|you|he|she|they|one|not|[\w-]+s)$/;
/** Written with a capital, and no thing of its own: languages, days and months, and short forms of common nouns. */
const NO_THING =
  /^(?:German|English|French|Spanish|Italian|Dutch|Polish|Russian|Chinese|Japanese|Korean|Arabic|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)days?|January|February|March|April|May|June|July|August|September|October|November|December|[A-Z]{1,4}s?)$/;
const CODE = /[a-z][A-Z]|_|\w[./]\w/;

/** Index terms of the names, each by its first; `said`: it was written as a name, not only used as one. */
export type AskedName = { readonly term: string; readonly said: boolean };

export function namesAsked(question: string): readonly AskedName[] {
  const tokens = [...question.matchAll(TOKEN)].map((match) => ({ word: match[0], at: match.index }));
  const capital = tokens.filter(({ word }) => /^\p{Lu}/u.test(word));
  const written = ENGLISH.test(question) && capital.length * 2 <= tokens.length;
  const found = new Map<string, AskedName>();
  const add = (word: string, said: boolean): void => {
    const [term] = analyse(word);
    if (term !== undefined && !isGeneric(word) && (said || !found.has(term))) found.set(term, { term, said });
  };
  for (const { word, at } of tokens) {
    const isFirst = /(?:^|[.!?:]\s+|["'“(])$/.test(question.slice(Math.max(0, at - 3), at)) || at === 0;
    const isWritten = written && !isFirst && /^\p{Lu}/u.test(word) && !NO_THING.test(word);
    const base = word.replace(/'s$/, '');
    if (isWritten || PRODUCTS.has(base.toLowerCase()) || (CODE.test(base) && isIdentifier(base)))
      add(base, true);
  }
  for (const [, word = ''] of question.matchAll(SUBJECT)) if (!NO_NAME.test(word)) add(word, false);
  return [...found.values()];
}
