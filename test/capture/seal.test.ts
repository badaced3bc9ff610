import { describe, expect, it } from 'vitest';
import type { Block, CapturedMessage } from '../../src/capture/adapter.ts';
import { sealMessage } from '../../src/capture/seal.ts';

const SECRET = `ghp_${'a1B2'.repeat(9)}`;

function partsOf(block: Block) {
  const message: CapturedMessage = {
    key: null,
    content: 'x',
    grade: 2,
    parentKey: null,
    turnKey: null,
    role: 'assistant',
    kind: 'said',
    by: 'agent',
    author: null,
    at: null,
    cwd: null,
    tool: null,
    callIds: [],
    outside: false,
    blocks: [block],
    meta: {},
  };
  const context = {
    digestKey: new Uint8Array(32),
    project: null,
    place: 1,
    counts: new Map<string, number>(),
  };
  return sealMessage(message, context).parts;
}

describe('thinking', () => {
  it('keeps its signature as long as nothing was cut from it', () => {
    const block = { type: 'thinking', text: 'the plan', signature: 'abc=' } as const;
    expect(partsOf(block)).toEqual([block]);
  });

  it('loses the signature with a secret', () => {
    const parts = partsOf({ type: 'thinking', text: `use ${SECRET}`, signature: 'abc=' });
    expect(parts).toEqual([{ type: 'thinking', text: expect.stringContaining('[redacted:') }]);
  });
});
