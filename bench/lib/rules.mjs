/** The rules reviewer, bundled for the measurement, and snapshots made from labelled turns. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { root } from './program.mjs';

/** Calls `body` with a function that reviews the messages of one labelled line and gives the items proposed. */
export async function withRules(body) {
  const folder = mkdtempSync(join(tmpdir(), 'midturn-rules-'));
  try {
    const outfile = join(folder, 'rules.mjs');
    const entry = join(root, 'src', 'review', 'rules', 'index.ts');
    await build({
      entryPoints: [entry],
      outfile,
      bundle: true,
      platform: 'node',
      format: 'esm',
      logLevel: 'error',
    });
    const { rulesReviewer } = await import(pathToFileURL(outfile).href);
    return await body((messages) => review(rulesReviewer(), messages));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function review(reviewer, messages) {
  const { output } = await reviewer.review(snapshotOf(messages), {
    signal: new AbortController().signal,
    mayCall: async () => true,
    spent: async () => undefined,
  });
  return [
    ...output.memory_updates.map((item) => ({ ...item, kind: kindOf(item.reason) })),
    ...output.recall_candidate.map((item) => ({ ...item, kind: 'fix' })),
    ...output.skill_action.map((item) => ({ ...item, kind: 'procedure' })),
  ];
}

const kindOf = (reason) =>
  reason.startsWith('a correction')
    ? 'correction'
    : reason.startsWith('a decision')
      ? 'decision'
      : 'directive';

function snapshotOf(messages) {
  let turn = 0;
  const transcript = messages.map((message, at) => {
    if (message.role === 'user' || turn === 0) turn += 1;
    return { ref: `s00001/${at + 1}`, number: at + 1, turn, at: null, cut: false, tool: null, ...message };
  });
  return {
    schema_version: 1,
    context: {
      session: 's00001',
      external_session: 's00001',
      client: 'codex',
      turns: [1, turn],
      reviewed_up_to: 0,
      cwd: null,
      project: 'sample',
      trigger: 'stop',
      triggered_at: '2026-01-01T00:00:00.000Z',
    },
    transcript,
    comparison: { user_md: '', memory_md: '', recall: [], skills: [] },
    source_authority: [],
  };
}
