/** Reads one resource: its text, bounded, or why there is none. */
import type { App } from '../../app/app.ts';
import { openShelf, type Shelf } from '../../app/shelf.ts';
import type { Caller } from '../../model/caller.ts';
import { UserInputError } from '../../model/errors.ts';
import { clipEnd } from '../../text/clip.ts';
import { plain } from '../plain.ts';
import { renderAnswer } from '../result.ts';
import { mimeTypeOf } from './link.ts';
import {
  fileText,
  MOST_BYTES,
  memoryText,
  receiptText,
  skillsText,
  skillText,
  waitingText,
} from './texts.ts';
import { parseUri, type ResourceTarget } from './uri.ts';

/** About 150 kB of English. */
const MOST_TOKENS = 40_000;
const TURNS = 50;

export type ReadResource = { readonly mimeType: string; readonly text: string };
/** What stands in the place of an answer: the surface makes a protocol error of it. */
export type Refusal = { readonly refusal: 'invalid' | 'unknown'; readonly why: string };

/** `fresh`: what transcripts have gained is taken in first, as before a question about history. */
export type Reading = { readonly app: App; readonly shelf: Shelf; readonly fresh: boolean };

export async function shelfFor(app: App, caller: Caller): Promise<Shelf> {
  return openShelf({ store: app.store, config: app.config }, caller);
}

export async function readUri(reading: Reading, uri: string): Promise<ReadResource | Refusal> {
  const target = parseUri(uri);
  if ('fault' in target) return { refusal: target.fault, why: target.why };
  const text = await textOf(reading, target);
  if (text === null)
    return { refusal: 'unknown', why: 'there is none, or none that this connection may see' };
  return { mimeType: mimeTypeOf(target), text: cut(text) };
}

/** Null where there is no such thing, or none within the caller's reach. */
export async function textOf(reading: Reading, target: ResourceTarget): Promise<string | null> {
  const { app, shelf } = reading;
  switch (target.kind) {
    case 'user':
    case 'project':
    case 'recall':
      return fileOf(shelf, target.kind);
    case 'named-project': {
      const named = await shelf.ofProject(target.name);
      return named === null ? null : fileOf(named, 'project');
    }
    case 'skills':
      return skillsText(await shelf.skills());
    case 'status':
      return JSON.stringify(
        await (await app.status()).report(shelf.caller),
        (_key, value: unknown) => (typeof value === 'string' ? plain(value) : value),
        2,
      );
    case 'memory': {
      const found = await shelf.memory(target.id);
      if (found === null) return null;
      return 'waiting' in found ? waitingText(found.waiting, 'memory') : memoryText(found);
    }
    case 'skill': {
      const found = await shelf.skill(target.id);
      if (found === null) return null;
      return 'waiting' in found ? waitingText(found.waiting, 'skill') : skillText(found);
    }
    case 'receipt': {
      const found = await shelf.receipt(target.id);
      return found === null ? null : receiptText(found);
    }
    default:
      return historyOf(reading, target);
  }
}

const NOTHING = 'Nothing is kept here yet.';
const NO_PROJECT =
  'This connection belongs to no project. It is that of the folder in which the server was started, or the one that a token or a header names.';

export async function fileOf(shelf: Shelf, kind: 'user' | 'project' | 'recall'): Promise<string> {
  if (kind !== 'recall') {
    const view = await shelf.file(kind, 'injected', MOST_BYTES);
    if (view === null) return NO_PROJECT;
    return view.entries === 0 ? NOTHING : fileText(view);
  }
  const parts: string[] = [];
  for (const owner of ['project', 'user'] as const) {
    const view = await shelf.file(owner, 'onDemand', MOST_BYTES / 2);
    if (view === null || view.entries === 0) continue;
    parts.push(`Of ${owner === 'user' ? 'the user' : 'this project'}:\n${fileText(view)}`);
  }
  return parts.length === 0 ? NOTHING : parts.join('\n\n');
}

async function historyOf({ app, shelf, fresh }: Reading, target: ResourceTarget): Promise<string | null> {
  const request = await historyRequest(shelf, target);
  if (request === null) return null;
  const known = shelf.caller;
  // A turn may open a few messages by tool; whoever reads a resource is not counted.
  const asking = target.kind === 'message' ? { ...known, session: null } : known;
  const caller = fresh && target.kind === 'history' ? await (await app.capture()).refresh(asking) : asking;
  try {
    const answer = await (await app.history()).ask(caller, request);
    return renderAnswer(answer, 'history', MOST_TOKENS).text;
  } catch (error) {
    if (error instanceof UserInputError) return null;
    throw error;
  }
}

async function historyRequest(shelf: Shelf, target: ResourceTarget) {
  if (target.kind === 'history') return { limit: TURNS };
  if (target.kind !== 'session' && target.kind !== 'message') return null;
  const session = await shelf.session(target.session);
  if (session === null) return null;
  if (target.kind === 'session') return { session: session.id, limit: TURNS };
  if (!(await shelf.hasMessage(session, target.number))) return null;
  return { ref: `${session.id}/${target.number}`, around: 0 };
}

/** What is put together of parts has its own bounds; this one holds whatever they are. */
function cut(text: string): string {
  if (Buffer.byteLength(text) <= MOST_BYTES * 1.2) return text;
  const { text: head, cut: left } = clipEnd(text, Math.floor(MOST_BYTES / 4));
  return `${head}\n… ${left} characters were left out here; \`recall\` and \`recall_history\` find them.`;
}
