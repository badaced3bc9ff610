/**
 * The clients of the load, in a process of their own: `node load-clients.mjs <plan.json>` connects them all, waits for
 * a line on stdin before each phase, and prints what it found as a line of JSON. Even ones speak the protocol of
 * 2025-11-25 by the older SDK, odd ones that of 2026-07-28 by the newer one.
 *
 * Each client remembers facts with marks of its own, and looks for marks in every answer: another client's is
 * cross-talk, its own that is not found is lost.
 */
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import * as modern from '@modelcontextprotocol/client';
import { Client as OlderClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as OlderTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { pick, random, whole } from './random.mjs';
import { drawWords, question } from './synthetic.mjs';

const REVISION = '2026-07-28';
/** Of ten calls: five of `recall`, three of `recall_history`, two of `remember`. */
const MIX = [
  ...Array.from({ length: 5 }, () => 'recall'),
  ...Array.from({ length: 3 }, () => 'recall_history'),
  ...Array.from({ length: 2 }, () => 'remember'),
];
/** Words of a fact that is asked for again. */
const ASKED = 3;
const SHOWN = 5;
const MARK = /\bowner(\d+)mark\d+\b/g;

/** One agent: `{url, token, project, shared, older, number, messages, memories}`, `shared` = the large project. */
class LoadClient {
  #plan;
  #next;
  #words;
  #sdk;
  #facts = [];

  constructor(plan) {
    this.#plan = plan;
    this.#next = random(plan.number * 7919 + 11);
    this.#words = drawWords(plan.number * 104_729 + 5);
  }

  async connect() {
    const { url, token, project, older } = this.#plan;
    const headers = { authorization: `Bearer ${token}`, 'midturn-project': project };
    const info = { name: 'bench', version: '1' };
    this.#sdk = older
      ? new OlderClient(info)
      : new modern.Client(info, { versionNegotiation: { mode: { pin: REVISION } } });
    const Transport = older ? OlderTransport : modern.StreamableHTTPClientTransport;
    await this.#sdk.connect(new Transport(new URL(url), { requestInit: { headers } }));
    const { tools } = await this.#sdk.listTools();
    if (tools.length === 0) throw new Error('the server lists no tools');
    const first = await this.#remember();
    if (first.trouble !== null) throw new Error(first.trouble);
  }

  async close() {
    await this.#sdk.close();
  }

  /** `{tool, ms, trouble, kind}`: `kind` = what the trouble is, or null. */
  async call() {
    const tool = pick(this.#next, MIX);
    if (tool === 'remember') return this.#remember();
    return tool === 'recall' ? this.#recall() : this.#history();
  }

  async #remember() {
    const mark = `owner${this.#plan.number}mark${this.#facts.length}`;
    const words = this.#words(18);
    const content = `The harbour lamp ${mark} of this station: ${words.join(' ')}`;
    const found = await this.#ask('remember', { content });
    if (found.trouble === null) this.#facts.push({ mark, words });
    return found;
  }

  /** Half of the time for a fact of its own, else in the large project, where the words of all are alike. */
  async #recall() {
    const { memories } = this.#plan;
    if (this.#next() < 0.5) {
      const { mark, words } = pick(this.#next, this.#facts);
      const asked = Array.from({ length: ASKED }, () => pick(this.#next, words));
      return this.#ask('recall', { query: `harbour lamp ${mark} ${asked.join(' ')}` }, mark);
    }
    const { text } = question(whole(this.#next, 100_000), memories);
    return this.#ask('recall', { query: text, scope: 'all' });
  }

  #history() {
    const { messages, shared } = this.#plan;
    const { text } = question(whole(this.#next, 100_000), messages);
    return this.#ask('recall_history', { query: text, project: shared });
  }

  async #ask(tool, args, expected = null) {
    const began = performance.now();
    try {
      const { content, structuredContent, isError } = await this.#sdk.callTool({
        name: tool,
        arguments: args,
      });
      const ms = performance.now() - began;
      const text = content.map((part) => part.text ?? '').join('\n');
      return { tool, ms, ...this.#judged({ text, structuredContent, isError }, expected) };
    } catch (error) {
      return { tool, ms: performance.now() - began, kind: 'error', trouble: `${error.message}` };
    }
  }

  #judged({ text, structuredContent, isError }, expected) {
    if (isError === true) return { kind: 'error', trouble: text };
    const all = `${text} ${JSON.stringify(structuredContent ?? {})}`;
    const foreign = [...all.matchAll(MARK)].find(([, number]) => Number(number) !== this.#plan.number);
    if (foreign !== undefined)
      return { kind: 'crossTalk', trouble: `client ${this.#plan.number} was answered with ${foreign[0]}` };
    const { status } = structuredContent ?? {};
    if (status === 'rejected' || status === 'needs_review') return { kind: 'error', trouble: text };
    if (expected !== null && !all.includes(expected))
      return { kind: 'lost', trouble: `${expected} was not found: ${text.slice(0, 200)}` };
    return { kind: null, trouble: null };
  }
}

/** Each client calls about once a second (`pace`, ms between the starts of two calls, half of it jitter), or at once again. */
async function phase(clients, { seconds, pace }, seed) {
  const until = performance.now() + seconds * 1000;
  const done = [];
  const began = process.cpuUsage();
  const counts = await Promise.all(
    clients.map(async (client, number) => {
      const next = random(seed * 65_537 + number);
      let count = 0;
      let at = performance.now() + (pace === null ? 0 : next() * pace);
      while (at < until) {
        await sleep(Math.max(0, at - performance.now()));
        done.push(await client.call());
        count += 1;
        at = pace === null ? performance.now() : Math.max(performance.now(), at + pace * (0.75 + next() / 2));
      }
      return count;
    }),
  );
  const { user, system } = process.cpuUsage(began);
  return { ...reportOf(done), counts, cpuSeconds: (user + system) / 1e6 };
}

function reportOf(done) {
  const tools = {};
  const troubles = { error: 0, crossTalk: 0, lost: 0 };
  const first = [];
  for (const { tool, ms, kind, trouble } of done) {
    tools[tool] ??= [];
    tools[tool].push(ms);
    if (kind === null) continue;
    troubles[kind] += 1;
    if (first.length < SHOWN) first.push(`${tool}: ${trouble.slice(0, 400)}`);
  }
  return { tools, troubles, first };
}

async function main(path) {
  const plan = JSON.parse(readFileSync(path, 'utf8'));
  const clients = plan.clients.map((own) => new LoadClient({ ...plan, ...own }));
  const began = performance.now();
  await Promise.all(clients.map((client) => client.connect()));
  const say = (value) => process.stdout.write(`${JSON.stringify(value)}\n`);
  say({ connectedMs: performance.now() - began });
  let seed = 0;
  for await (const line of createInterface({ input: process.stdin })) {
    seed += 1;
    say(await phase(clients, JSON.parse(line), seed));
  }
  await Promise.all(clients.map((client) => client.close()));
}

await main(process.argv[2]);
