/**
 * Conversations in the form of LoCoMo (Maharana et al., 2024), read from a path: the data is not part of this
 * repository. Pictures are told by their captions, as the paper's own retrieval does.
 */
import { readJson, UsageError } from './usage.mjs';

export const CATEGORIES = {
  1: 'multi-hop',
  2: 'temporal',
  3: 'open-domain',
  4: 'single-hop',
  5: 'adversarial',
};
/** Its questions have no true answer: it is counted apart. */
export const ADVERSARIAL = 5;

/**
 * `[{name, messages: [{id, session, author, time, text}], questions: [{id, text, category, evidence: [id]}]}]`; ids
 * are unique over all conversations.
 * @throws UsageError
 */
export function readConversations(path) {
  const data = readJson(path, '--data');
  if (!Array.isArray(data) || data.length === 0)
    throw new UsageError(`--data ${path} is not a list of conversations`);
  return data.map((one, at) => conversation(one, at, path));
}

function conversation({ sample_id, conversation: talk, qa }, at, path) {
  if (talk === null || typeof talk !== 'object' || !Array.isArray(qa))
    throw new UsageError(`--data ${path}: conversation ${at} lacks \`conversation\` or \`qa\``);
  const name = String(sample_id ?? at);
  const messages = [];
  for (const [key, turns] of Object.entries(talk)) {
    const number = /^session_(\d+)$/.exec(key)?.[1];
    if (number === undefined || !Array.isArray(turns)) continue;
    const time = timeOf(talk[`session_${number}_date_time`]);
    for (const { dia_id, speaker, text, blip_caption } of turns) {
      const caption = blip_caption === undefined ? '' : ` (shares ${blip_caption})`;
      messages.push({
        id: `${name}/${dia_id}`,
        session: `${name}/${number}`,
        author: speaker,
        time,
        text: `${text}${caption}`,
      });
    }
  }
  if (messages.length === 0)
    throw new UsageError(`--data ${path}: conversation ${name} has no session_N with turns`);
  const known = new Set(messages.map(({ id }) => id));
  const questions = qa.map(({ question, evidence, category }, place) => ({
    id: `${name}#${place}`,
    text: question,
    category,
    evidence: evidenceOf(evidence, name, known),
  }));
  return { name, messages, questions: questions.filter(({ evidence }) => evidence.length > 0) };
}

/** Turns named in the evidence. The published data has slips (`D8:6; D9:17`, `D:11:26`, `D30:05`): mended or dropped. */
function evidenceOf(evidence, name, known) {
  const named = [...(evidence ?? []).join(' ').matchAll(/D:?(\d+):(\d+)/g)].map(
    ([, session, turn]) => `${name}/D${Number(session)}:${Number(turn)}`,
  );
  return [...new Set(named)].filter((id) => known.has(id));
}

/** `1:56 pm on 8 May, 2023`, taken as UTC; undefined where it is not of that form. */
function timeOf(text) {
  const [, hour, minute, half, date] = /^(\d+):(\d+)\s*([ap]m) on (.+)$/i.exec(text ?? '') ?? [];
  if (date === undefined) return undefined;
  const day = Date.parse(`${date.replace(',', '')} UTC`);
  const hours = (Number(hour) % 12) + (half.toLowerCase() === 'pm' ? 12 : 0);
  return new Date(day + (hours * 60 + Number(minute)) * 60_000).toISOString();
}
