/** Retrieval on conversations in the form of LoCoMo: the question as asked, `recall_history` of the built server. */
import { basename } from 'node:path';
import { askHistory } from './lib/answer.mjs';
import { ADVERSARIAL, CATEGORIES, readConversations } from './lib/locomo.mjs';
import { mean, quantile, score } from './lib/metrics.mjs';
import { midturn, withHome } from './lib/program.mjs';
import { byGroup, qualityTable, verdicts, verdictTable } from './lib/quality-tables.mjs';
import { readQuestions } from './lib/questions.mjs';
import { importMessages } from './lib/sessions.mjs';
import { SIGNALS } from './lib/signals.mjs';
import { percent, thousands } from './lib/table.mjs';
import { UsageError } from './lib/usage.mjs';
import { NEGATIVES } from './negatives.mjs';

const OVERALL = ['all (1-4)', ({ category }) => category !== ADVERSARIAL];
const GROUPS = [
  OVERALL,
  ...Object.entries(CATEGORIES).map(([number, name]) => [
    `${number} ${name}`,
    ({ category }) => category === Number(number),
  ]),
];

export async function quality({ data, pooled = false, without, ablate = false, negatives = [] }) {
  if (data === undefined)
    throw new UsageError('quality needs --data PATH: conversations in the form of LoCoMo');
  if (ablate && (without !== undefined || negatives.length > 0))
    throw new UsageError('--ablate leaves out each signal in turn: without --without and --negatives');
  const conversations = readConversations(data);
  const probes = negatives.filter((name) => name !== 'related').map(probeOf);
  const related = negatives.includes('related');
  if (related && (pooled || conversations.length < 2))
    throw new UsageError('--negatives related needs two conversations, each in a store of its own');
  const stores = pooled ? [pool(conversations)] : conversations;
  if (ablate) return ablation(stores, pooled);

  const { rows, probed, latencies } = await ask(stores, without, { related, probes });
  const groups = byGroup(rows, GROUPS);
  const kind = [
    pooled ? 'all in one store' : 'a store each',
    ...(without === undefined ? [] : [`without ${without}`]),
  ];
  const title = `${conversations.length} conversations, ${kind.join(', ')}`;
  const note = `recall_history, question as asked, p50 ${quantile(latencies, 0.5).toFixed(1)} ms, p95 ${quantile(latencies, 0.95).toFixed(1)} ms.`;
  const tables = [qualityTable(title, groups, note)];
  const silence = [...new Set(probed.map(({ kind: name }) => name))].map((name) => ({
    name,
    ...verdicts(probed.filter((row) => row.kind === name)),
  }));
  if (silence.length > 0) tables.push(verdictTable('Questions that these stores do not answer', silence));
  return { figures: { groups, silence }, tables, rows: [...rows, ...probed] };
}

/** Questions of the set in this repository that belong to no conversation, or those of a file. */
function probeOf(name) {
  if (name !== 'other-domain') return [basename(name), readQuestions(name)];
  return [
    name,
    readQuestions(NEGATIVES).filter(({ kind }) => kind === 'other-domain' || kind === 'nonsense'),
  ];
}

/** One store of all, each question with the evidence of its own conversation alone. */
function pool(conversations) {
  return {
    name: 'pool',
    messages: conversations.flatMap(({ messages }) => messages),
    questions: conversations.flatMap(({ questions }) => questions),
  };
}

async function ask(stores, without, { related, probes }) {
  const rows = [];
  const probed = [];
  const latencies = [];
  const variables = without === undefined ? {} : { MIDTURN_RECALL_WITHOUT: without };
  for (const [at, store] of stores.entries()) {
    await withHome(async (place) => {
      const ids = await importMessages(
        place,
        store.messages.map((message) => ({ role: 'user', ...message })),
      );
      const server = await midturn(place);
      for (const { id, text, category, evidence } of store.questions) {
        const { refs, verdict, ms } = await askHistory(server, text);
        const ranked = refs.map((ref) => ids.get(ref));
        latencies.push(ms);
        rows.push({ id, category, verdict, ranked, scores: score(ranked, evidence) });
      }
      const probe = async (kind, question) => {
        const { verdict } = await askHistory(server, question.text);
        probed.push({ kind, id: question.id, store: store.name, verdict });
      };
      const other = stores[(at + 1) % stores.length];
      if (related)
        for (const question of other.questions) await probe("another conversation's questions", question);
      for (const [kind, questions] of probes) for (const question of questions) await probe(kind, question);
      await server.close();
    }, variables);
    process.stderr.write(`bench: ${store.name}: ${thousands(rows.length)} questions asked\n`);
  }
  return { rows, probed, latencies };
}

/** All signals, then each left out in turn, on the same questions. */
async function ablation(stores, pooled) {
  const figures = [];
  let whole = [];
  for (const signal of [null, ...SIGNALS]) {
    const { rows } = await ask(stores, signal ?? undefined, { related: false, probes: [] });
    const own = rows.filter(OVERALL[1]);
    if (signal === null) whole = own;
    const of = (name) => mean(own.map(({ scores }) => scores[name]));
    const changed = own.filter(({ ranked }, at) => ranked.join() !== whole[at].ranked.join()).length;
    figures.push({ without: signal, r5: of('r5'), r10: of('r10'), mrr: of('mrr'), changed });
  }
  const [{ r5, r10, mrr }] = figures;
  const table = {
    title: `Without one signal at a time, categories 1-4${pooled ? ', all in one store' : ''}`,
    head: ['without', 'R@5', 'R@10', 'MRR', 'R@5 ±', 'R@10 ±', 'MRR ±', 'answers changed'],
    rows: figures.map((one) => [
      one.without ?? '(nothing)',
      ...[one.r5, one.r10, one.mrr, one.r5 - r5, one.r10 - r10, one.mrr - mrr].map(percent),
      one.changed,
    ]),
    note: 'A signal that changes no answer is either idle here or unknown to this build.',
  };
  return { figures, tables: [table] };
}
