/** What the person allows again: "you may commit directly to main again". It lifts a ban, and is nothing without one. */
import { contentWords } from '../../text/terms.ts';
import { withoutTags } from './clauses.ts';
import type { Finding } from './finding.ts';
import { gateOf } from './gates.ts';
import { languagesOf } from './phrases.ts';
import type { Said } from './said.ts';
import { asSentence, pathsIn, scopeOf, summaryOf } from './wording.ts';

const LEAD =
  /^(?:(?:ok|okay|yes|no|alright|actually|also|so|btw|from now on|going forward|in future|ja|nein|gut|ab jetzt|ab sofort|künftig|sí|vale|a partir de ahora|oui|désormais|à partir de maintenant)(?![\p{L}])[,:]? *)+/iu;
/** What is allowed is behind it. */
const ALLOWS =
  /^(?:you (?:may|can|could|are (?:now )?allowed to)|you're (?:now )?allowed to|it(?:'s| is) (?:now )?(?:ok|okay|fine|allowed|alright)(?: again)?(?: for you)? to|feel free to|du (?:darfst|kannst)|(?:ya )?puedes(?: volver a)?|tu peux) (?=\p{L})/iu;
/** It was forbidden, and from here on it is not. */
const LASTS =
  /(?<![\p{L}])(?:again|from now on|going forward|in future|after all|wieder|ab jetzt|ab sofort|künftig|volver a|otra vez|de nuevo|a partir de ahora|de nouveau|à nouveau|désormais)(?![\p{L}])/iu;
/** "Try again" and "run it again": once more. */
const ONCE_MORE =
  /^(?:try|retry|run|start|begin|continue|go|look|check|build|test|do it|proceed)(?![\p{L}])/iu;

const BAN =
  /^(?:please |bitte )?(?:never(?: ever)?|do not(?: ever)?|don't(?: ever)?|dont|must not|you must not|we never|we don't|stop|niemals|nie|no|nunca|jamás|ne|n')(?![\p{L}])/iu;
/** Of the words of a ban, how many the permission names at least. */
const SHARE = 0.6;

export function permissionIn(said: Said, index: number): Finding | null {
  const text = withoutTags(said.sentences[index]?.text ?? '');
  const own = text.replace(LEAD, '');
  const lead = ALLOWS.exec(own)?.[0];
  if (lead === undefined || !LASTS.test(text)) return null;
  const allowed = own.slice(lead.length);
  if (ONCE_MORE.test(allowed)) return null;
  const phrases = languagesOf(text);
  const next = said.sentences[index + 1]?.text ?? '';
  const gate = gateOf(phrases, {
    sentence: text.replace(/ now(?= )/giu, ''),
    from: 0,
    content: allowed,
    next,
  });
  if (gate !== null || /[?？]\s*$/u.test(text)) return null;
  const content = asSentence(said.restored(own));
  return {
    kind: 'permission',
    scope: scopeOf(phrases, text, false),
    content,
    summary: summaryOf(content),
    paths: pathsIn(content),
    message: said.message,
    against: null,
  };
}

export const isPermission = (content: string) => ALLOWS.test(content) && LASTS.test(content);

/** True where the ban forbids what the permission allows, and little else. */
export function lifts(permission: string, ban: string): boolean {
  if (!BAN.test(ban.trim())) return false;
  const allowed = wordsOf(permission.replace(ALLOWS, ' '));
  const forbidden = new Set(wordsOf(ban.trim().replace(BAN, ' ')));
  return (
    allowed.length > 1 &&
    allowed.every((word) => forbidden.has(word)) &&
    allowed.length / forbidden.size >= SHARE
  );
}

const wordsOf = (text: string) =>
  contentWords(
    text.replace(new RegExp(LASTS, 'giu'), ' ').replace(/(?<![\p{L}])(?:now|jetzt)(?![\p{L}])/giu, ' '),
  ).filter((word) => word !== 'not' && word !== 'pas');
