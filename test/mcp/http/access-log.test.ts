import { expect, it } from 'vitest';
import { type AccessLine, accessLog, type HttpLogLine } from '../../../src/mcp/http/access-log.ts';

const LINE: AccessLine = {
  method: 'POST',
  path: '/mcp',
  rpc: 'tools/call',
  tool: 'recall',
  status: 200,
  ms: 4.2,
  bytes: 120,
  token: 'a_one',
  client: 'codex-mcp-client',
  era: 'legacy',
};

function log(now = () => 1_000) {
  const lines: HttpLogLine[] = [];
  return { lines, write: accessLog((line) => void lines.push(line), now) };
}

it('writes who, what, how it ended and how long it took', () => {
  const { lines, write } = log();
  write(LINE);
  expect(lines).toEqual([{ at: 1_000, level: 'info', kind: 'http', ok: true, ...LINE }]);
});

it('keeps of what clients make up only what looks like a name', () => {
  const { lines, write } = log();
  const text = 'walks into a bar';
  write({ ...LINE, method: text, rpc: text, tool: `${text}\n`, client: `${text}\u001b[31m`, status: 400 });
  write({ ...LINE, tool: 'x'.repeat(65) });
  expect(lines.map(({ method, rpc, tool }) => [method, rpc, tool])).toEqual([
    ['other', 'other', 'other'],
    ['POST', 'tools/call', 'other'],
  ]);
  expect(lines[0]?.client).toBe('walks-into-a-bar-31m');
});

it('leaves room in the log of a day for everything else', () => {
  let day = 0;
  const { lines, write } = log(() => day * 86_400_000);
  for (let at = 0; at < 100_001; at += 1) write(LINE);
  expect(lines).toHaveLength(100_000);
  write({ ...LINE, status: 500 });
  expect(lines).toHaveLength(100_001);
  day = 1;
  write(LINE);
  expect(lines).toHaveLength(100_002);
});
