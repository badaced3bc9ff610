/** Whether an agent had a file in its hands: what was changed in it then is not shown to be a person's. */
import type { Message, Part } from '../model/message.ts';
import type { Store } from '../store/store.ts';
import { isMidturnTool } from '../text/own-tools.ts';
import { analyse } from '../text/terms.ts';

/** Postings read, and messages looked at. */
const BUDGET = 20_000;
const LOOKED_AT = 400;
/** Clients write their transcripts by a clock of their own. */
const CLOCK_MS = 2_000;
/** A shell stays in the folder that it went to: how far back that is looked for. */
const STAYS_MS = 24 * 3_600_000;

/**
 * True when a captured tool call since then (epoch ms; null = since ever) names the file: by its path, by its name
 * and its folder's name, or, in a way that may write, by its name alone after a call of the same session that named
 * the folder. `until`: calls after it could not have made the change.
 * @param path absolute, in the spelling of any system
 */
export async function touchedByTool(
  store: Pick<Store, 'search' | 'messages'>,
  path: string,
  since: number | null,
  until: number = Number.POSITIVE_INFINITY,
): Promise<boolean> {
  const place = placeOf(path);
  const names = [place.file, place.folder, place.root].map((name) => [...new Set(analyse(name))]);
  const from = since === null ? null : since - CLOCK_MS;
  const [file = []] = names;
  const messages = new Map<number, Message>();
  // The folder's name is sought by itself: a call that goes there need not name the file.
  for (const terms of [[...file, ...(names[1] ?? [])], ...names]) {
    for (const message of await messagesWith(store, terms, from === null ? null : from - STAYS_MS))
      messages.set(message.row, message);
  }
  const inFolder = new Set<string>();
  const inOrder = [...messages.values()].sort((a, b) => a.position - b.position || a.row - b.row);
  for (const message of inOrder) {
    const { at, session } = message;
    const isNow = at === null || ((from === null || at >= from) && at <= until + CLOCK_MS);
    for (const call of callsOf(message)) {
      const known = inFolder.has(session);
      if (goesThere(call.words, place)) inFolder.add(session);
      if (!isNow || !call.words.includes(place.file)) continue;
      if (call.words.includes(place.folder)) return true;
      if ((known || inFolder.has(session)) && isBare(call.words, place.file) && mayWrite(call)) return true;
    }
  }
  return false;
}

type Place = { readonly file: string; readonly folder: string; readonly root: string };
type Call = { readonly name: string; readonly words: string };

/** `root`: the folder above those of the projects; the file's own folder where it is no project's. */
function placeOf(path: string): Place {
  const [file = '', folder = '', above = '', root = ''] = path.split(/[\\/]/).reverse();
  return { file, folder, root: above === 'projects' && root !== '' ? root : folder };
}

async function messagesWith(
  store: Pick<Store, 'search' | 'messages'>,
  words: readonly string[],
  since: number | null,
): Promise<readonly Message[]> {
  const terms = [...new Set(words)];
  if (terms.length === 0) return [];
  const corpus = await store.search.corpus('messages', terms);
  const filter = { projects: null, ...(since === null ? {} : { since }) };
  const candidates = await store.search.messages(corpus.terms, filter, BUDGET, LOOKED_AT);
  return store.messages.byRows(candidates.map(({ row }) => row));
}

function callsOf({ parts }: Message): readonly Call[] {
  return (parts ?? []).flatMap((part) => (isForeignCall(part) ? [callOf(part)] : []));
}

type ToolCall = Extract<Part, { readonly type: 'tool_call' }>;

function isForeignCall(part: Part): part is ToolCall {
  return part.type === 'tool_call' && !isMidturnTool(part.name);
}

function callOf({ name, arguments: given }: ToolCall): Call {
  const words = typeof given === 'string' ? given : (JSON.stringify(given) ?? '');
  // As it was typed: the escapes of JSON are no part of it.
  return { name, words: words.replaceAll('\\"', '"').replaceAll('\\\\', '\\') };
}

/** Its folder, or one above it without another project's: `cd ~/.midturn/projects/*`. */
function goesThere(words: string, { folder, root }: Place): boolean {
  if (words.includes(folder)) return true;
  for (let at = words.indexOf(root); root !== '' && at !== -1; at = words.indexOf(root, at + 1)) {
    const rest = /^[^\s'"`;&|)]*/.exec(words.slice(at + root.length))?.[0] ?? '';
    if (/^(?:[\\/]+projects)?[\\/]*$/.test(rest) || /[*?$[{]/.test(rest)) return true;
  }
  return false;
}

/** Not as the end of another path that says where it lies, unless that stays in the folder. */
function isBare(words: string, file: string): boolean {
  for (let at = words.indexOf(file); at !== -1; at = words.indexOf(file, at + 1)) {
    const before = /[^\s'"`;&|(=<>]*$/.exec(words.slice(0, at))?.[0] ?? '';
    if (/^(?:\.[\\/]+|.*[$*?{].*)?$/.test(before)) return true;
  }
  return false;
}

const HARMLESS = /\d?>+\s?(?:\/dev\/null|&\d)/g;
const WRITES =
  />|\b(?:tee|mv|cp|rm|ln|dd|install|rsync|truncate|patch|apply_patch|ed|ex|vi|vim|nvim|nano|emacs|python\d?|node|deno|bun|ruby|perl|php|awk|gawk|git|xargs|eval)\b|\bsed\b[^\n|;&]*\s-(?:\w*i|-in-place)|\*\*\* (?:update|add|delete|move)/i;

function mayWrite({ name, words }: Call): boolean {
  return (
    /edit|writ|patch|replace|insert|create|append/i.test(name) || WRITES.test(words.replace(HARMLESS, ''))
  );
}
