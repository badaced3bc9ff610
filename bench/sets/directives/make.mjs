/** Writes turns.ndjson from the sources: one turn or two a line, with what a reviewer should keep of it. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
/** Who speaks behind each mark. */
const SPEAKERS = {
  U: { role: 'user', by: 'person' },
  A: { role: 'assistant', by: 'agent' },
  H: { role: 'user', by: 'harness' },
  P: { role: 'user', by: 'program' },
  S: { role: 'user', by: 'agent' },
};
const SOURCES = ['before', 'after', 'later', 'held-out', 'independent', 'independent-2', 'independent-3'];

const lines = SOURCES.filter((name) => existsSync(join(here, 'sources', `${name}.txt`))).flatMap((name) =>
  turnsOf(name, readFileSync(join(here, 'sources', `${name}.txt`), 'utf8')),
);
writeFileSync(join(here, 'turns.ndjson'), lines.map((line) => `${JSON.stringify(line)}\n`).join(''));

function turnsOf(name, source) {
  const blocks = source.split(/^## /m).slice(1);
  return blocks.map((block, at) => {
    const [head, ...body] = block.trimEnd().split('\n');
    const [language, trap] = head.trim().split(' ');
    const turn = { messages: [], expect: [] };
    for (const line of body) read(line, turn);
    return {
      id: `${name}-${String(at + 1).padStart(3, '0')}`,
      language,
      part: name,
      written_before: name === 'before',
      ...(trap === undefined ? {} : { trap }),
      messages: turn.messages,
      expect: turn.expect,
    };
  });
}

function read(line, { messages, expect }) {
  const last = messages.at(-1);
  const [, mark, rest] = /^([UAHPS]: |\$ |=\d+ ?|W: |\||=> )?(.*)$/.exec(line);
  if (mark === undefined) {
    if (line.trim() !== '') throw new Error(`not understood: ${line}`);
  } else if (mark.slice(1) === ': ' && mark[0] in SPEAKERS) {
    messages.push({ ...SPEAKERS[mark[0]], text: rest });
  } else if (mark === '$ ') {
    messages.push(tool('Bash', { command: rest }));
  } else if (mark === 'W: ') {
    messages.push(tool('Edit', { wrote: [rest] }));
  } else if (mark === '|') {
    last.text += `\n${rest}`;
  } else if (mark === '=> ') {
    if (rest.trim() !== 'none') expect.push(...rest.split(' ;; ').map(expected));
  } else {
    last.text = rest;
    last.tool.exitCode = Number(mark.slice(1));
    last.tool.failed = last.tool.exitCode !== 0;
  }
}

function tool(name, { command = null, wrote = [] }) {
  const did = { name, command, exitCode: null, failed: false, wrote, outside: false };
  return { role: 'tool', by: 'tool', text: '', tool: did };
}

/** `kind[,kind] scope[,scope] word …`: each word has to stand in what is proposed. */
function expected(text) {
  const [kinds, scopes, ...words] = text.trim().split(' ');
  return {
    kind: kinds.split(',')[0],
    ...(kinds.includes(',') ? { or_kind: kinds.split(',').slice(1) } : {}),
    scope: scopes.split(',')[0],
    ...(scopes.includes(',') ? { or_scope: scopes.split(',').slice(1) } : {}),
    must_contain: words,
  };
}
