/** The home of codex-self-evolution: one folder a repository, with memory, recall records, skills and a queue. */
import { join } from 'node:path';
import { clipEnd } from '../text/clip.ts';
import { sections } from './markdown.ts';
import {
  type Fields,
  fieldsIn,
  isFields,
  isFolder,
  isWithin,
  jsonOf,
  listOf,
  namesIn,
  textOf,
  wordsOf,
} from './read.ts';
import type { Candidate, Found, Place, Skipped } from './types.ts';

/** States of the queue whose suggestions never became memory. */
const QUEUES = ['pending', 'processing', 'failed'] as const;

export async function readFormerHome(root: string): Promise<Found> {
  const candidates: Candidate[] = [];
  const skipped: Skipped[] = [];
  for (const name of await namesIn(join(root, 'projects'))) {
    const folder = join(root, 'projects', name);
    if (!(await isFolder(folder))) continue;
    if (!(await isWithin(folder, root))) {
      skipped.push({ title: name, reason: 'unreadable', words: 'it is a link to elsewhere' });
      continue;
    }
    const bucket = new Bucket(folder, name);
    await bucket.read();
    candidates.push(...bucket.candidates);
    skipped.push(...bucket.skipped);
  }
  return { source: 'codex-self-evolution', root, candidates, skipped };
}

class Bucket {
  readonly candidates: Candidate[] = [];
  readonly skipped: Skipped[] = [];
  readonly #folder: string;
  readonly #name: string;
  #place: Place = { kind: 'everywhere' };

  constructor(folder: string, name: string) {
    this.#folder = folder;
    this.#name = name;
  }

  async read(): Promise<void> {
    const recall = await this.#json('recall', 'index.json');
    const records = isFields(recall) ? fieldsIn(recall.records) : [];
    const envelopes = await this.#envelopes();
    this.#place = await this.#placed([...records, ...envelopes]);
    await this.#memory();
    for (const record of records) this.#recall(record);
    await this.#skills();
    for (const envelope of envelopes)
      for (const item of fieldsIn(envelope.suggestions)) this.#suggestion(item);
  }

  /** The marker says it; else what was recorded there, where the folder's name is made of that path. */
  async #placed(records: readonly Fields[]): Promise<Place> {
    const marker = wordsOf(await textOf(join(this.#folder, '.canonical_cwd'), this.#folder));
    if (marker !== null) return { kind: 'path', path: marker.split('\n', 1)[0]?.trim() ?? marker };
    const plain = this.#name.replace(/\.archived\..*$/, '');
    const said = records.map(({ cwd }) => wordsOf(cwd)).filter((cwd) => cwd !== null);
    const own = said.find((cwd) => mangled(cwd) === plain);
    if (own !== undefined) return { kind: 'path', path: own };
    const guess = plain.replaceAll('-', '/');
    if (mangled(guess) === plain && (await isFolder(guess))) return { kind: 'path', path: guess };
    return { kind: 'name', name: plain, session: null };
  }

  async #memory(): Promise<void> {
    const stored = await this.#json('memory', 'memory.json');
    if (isFields(stored)) {
      for (const record of fieldsIn(stored.user)) this.#record(record, 'user');
      for (const record of fieldsIn(stored.global)) this.#record(record, 'project');
      return;
    }
    for (const [file, scope] of [
      ['USER.md', 'user'],
      ['MEMORY.md', 'project'],
    ] as const) {
      const text = await textOf(join(this.#folder, 'memory', file), this.#folder);
      for (const { title, content } of text === null ? [] : sections(text, 2)) {
        // Above the first heading stands what the program says of an empty file.
        if (title !== null)
          this.#record({ summary: title, content: content === '' ? title : content }, scope);
      }
    }
  }

  #record(record: Fields, scope: 'user' | 'project'): void {
    const content = wordsOf(record.content) ?? wordsOf(record.summary);
    if (content === null) {
      this.#skip(record.summary, 'empty', 'it says nothing');
      return;
    }
    this.candidates.push({
      kind: 'memory',
      scope,
      place: this.#place,
      title: wordsOf(record.summary) ?? '',
      content,
      fields: {
        ...(scope === 'user' ? {} : { source_paths: listOf(record.source_paths) }),
        ...confidenceOf(record),
      },
    });
  }

  #recall(record: Fields): void {
    const content = wordsOf(record.content) ?? wordsOf(record.summary);
    if (content === null) {
      this.#skip(record.summary, 'empty', 'it says nothing');
      return;
    }
    const updated = wordsOf(record.source_updated_at);
    this.candidates.push({
      kind: 'recall',
      scope: 'project',
      place: this.#place,
      title: wordsOf(record.summary) ?? '',
      content,
      fields: {
        source_paths: listOf(record.source_paths),
        ...(updated === null ? {} : { source_updated_at: updated }),
      },
    });
  }

  async #skills(): Promise<void> {
    const manifest = await this.#json('skills', 'manifest.json');
    const known = isFields(manifest) ? fieldsIn(manifest.skills) : [];
    for (const name of await namesIn(join(this.#folder, 'skills', 'managed'))) {
      if (!name.endsWith('.md')) continue;
      const id = name.slice(0, -3);
      const entry = known.find((each) => each.skill_id === id);
      const text = await textOf(join(this.#folder, 'skills', 'managed', name), this.#folder);
      if (text === null) {
        this.#skip(id, 'unreadable', `skills/managed/${name} is no text file`);
        continue;
      }
      const body = text.replace(/^#[^\n]*\n+/, '').trim();
      if (entry?.status === 'retired' || /^status:\s*retired\s*$/i.test(body)) {
        this.#skip(id, 'retired', 'it was retired');
      } else if (body === '') {
        this.#skip(id, 'empty', 'it holds no steps');
      } else {
        const title = wordsOf(entry?.title) ?? wordsOf(/^#[ \t]+([^\n]+)/.exec(text)?.[1]) ?? id;
        const description = wordsOf(entry?.description) ?? describedBy(body, title);
        this.candidates.push({
          kind: 'skill',
          scope: 'project',
          place: this.#place,
          title,
          content: body,
          fields: { action: 'create', skill_id: id, description },
        });
      }
    }
  }

  #suggestion(item: Fields): void {
    const details = isFields(item.details) ? item.details : {};
    const summary = wordsOf(item.summary);
    const family = item.family;
    const kind =
      family === 'memory_updates'
        ? 'memory'
        : family === 'recall_candidate'
          ? 'recall'
          : family === 'skill_action'
            ? 'skill'
            : null;
    if (kind === null) {
      this.#skip(summary, 'unreadable', 'it belongs to no family of suggestions');
      return;
    }
    const { scope, content, note, text, body, summary: _, title, family: __, ...fields } = details;
    const words = [content, note, text, body, summary].map(wordsOf).find((each) => each !== null) ?? null;
    if (words === null) {
      this.#skip(summary, 'empty', 'it says nothing');
      return;
    }
    this.candidates.push({
      kind,
      scope: kind !== 'skill' && scope === 'user' ? 'user' : 'project',
      place: this.#place,
      title: wordsOf(title) ?? summary ?? '',
      content: words,
      fields: { ...fields, ...confidenceOf(item) },
    });
  }

  async #envelopes(): Promise<readonly Fields[]> {
    const found: Fields[] = [];
    for (const queue of QUEUES) {
      for (const name of await namesIn(join(this.#folder, 'suggestions', queue))) {
        if (!name.endsWith('.json')) continue;
        const envelope = await jsonOf(join(this.#folder, 'suggestions', queue, name), this.#folder);
        if (isFields(envelope) && Array.isArray(envelope.suggestions)) found.push(envelope);
        else this.#skip(name, 'unreadable', `suggestions/${queue}/${name} is no file of suggestions`);
      }
    }
    return found;
  }

  async #json(...path: readonly string[]): Promise<unknown> {
    const value = await jsonOf(join(this.#folder, ...path), this.#folder);
    if (value === null) this.#skip(path.join('/'), 'unreadable', `${path.join('/')} is no JSON file`);
    return value;
  }

  #skip(title: unknown, reason: Skipped['reason'], words: string): void {
    this.skipped.push({ title: `${this.#name}: ${wordsOf(title) ?? '(no title)'}`, reason, words });
  }
}

const DESCRIPTION = 300;

/** Earlier versions kept no description: what its text says of when to use it, else its name. A person looks at it. */
function describedBy(body: string, title: string): string {
  const lines = body.split('\n').map((line) => line.trim());
  const said = lines.find((line) =>
    /^use (?:this |it )?(?:skill )?(?:when|whenever|if|for|to)\b/i.test(line),
  );
  return clipEnd(said ?? `Use when the task is: ${title}`, DESCRIPTION).text;
}

function confidenceOf({ confidence }: Fields): { readonly confidence?: number } {
  return typeof confidence === 'number' ? { confidence } : {};
}

/** How the folder of a repository was named. */
function mangled(path: string): string {
  return path.replaceAll('/', '-');
}
