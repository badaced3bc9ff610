/** What waits for a person is decided in their own client, where it shows forms. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { connect, ERAS, finished, run, start } from '../support/built-program.ts';
import { connectOver, FORM_ERAS } from '../support/mcp-clients.ts';
import { picks } from '../support/person.ts';
import { tempFolder } from '../support/temp-store.ts';

/** A home in which nothing comes into force unasked. */
function place(): { home: string; cwd: string } {
  const home = tempFolder();
  const cwd = join(home, 'shop');
  mkdirSync(cwd);
  mkdirSync(join(home, '.midturn'), { mode: 0o700 });
  writeFileSync(join(home, '.midturn', 'config.toml'), '[trust]\npolicy = "manual"\n', { mode: 0o600 });
  return { home, cwd };
}

const Kept = z.object({ id: z.string(), status: z.string() });
const Shown = z.object({
  memories: z.array(z.object({ state: z.string(), origin: z.string(), approved_at: z.string().nullable() })),
});
const FACT = { content: 'I write commit messages in English', scope: 'user' };

async function shown(id: string, at: { home: string; cwd: string }) {
  const { stdout } = await run(['memories', 'show', id, '--json'], at);
  return Shown.parse(JSON.parse(stdout)).memories[0];
}

describe('a form over stdio', () => {
  it.each(ERAS)(
    'approves for a client of %s, is recalled at once and told at the next session',
    async (era) => {
      const at = place();
      const server = await connect(era, { ...at, person: picks('approve') });
      const answer = await server.call('remember', FACT);
      const { id, status } = Kept.parse(answer.structured);
      expect(status).toBe('accepted');
      expect((await server.call('recall', { query: 'language of commit messages' })).text).toContain(id);
      expect(await shown(id, at)).toMatchObject({ state: 'active', origin: 'user' });
      const { stdout } = await run(['session-start', '--cwd', '.'], at);
      expect(stdout).toContain(`Approved in a form of the client since the last session: ${id} (`);
      expect(stdout).toMatch(/midturn undo c_[0-9a-z]+/);
    },
  );

  it.each(ERAS)('leaves it waiting where the person of a client of %s declines', async (era) => {
    const at = place();
    const server = await connect(era, { ...at, person: () => ({ action: 'decline' }) });
    const answer = await server.call('remember', FACT);
    const { id, status } = Kept.parse(answer.structured);
    expect(status).toBe('needs_review');
    expect(answer.text).toContain(`\`midturn review approve ${id}\` in a terminal`);
    expect(await shown(id, at)).toMatchObject({ state: 'waiting', approved_at: null });
  });

  it('approves nothing where the client dies while it is open', async () => {
    const at = place();
    const child = start(['mcp'], at);
    const done = finished(child);
    const send = (message: object) =>
      child.stdin?.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
    const clientInfo = { name: 'x', version: '1' };
    const capabilities = { elicitation: {} };
    send({
      id: 1,
      method: 'initialize',
      params: { protocolVersion: '2025-06-18', capabilities, clientInfo },
    });
    send({ method: 'notifications/initialized' });
    send({ id: 2, method: 'tools/call', params: { name: 'remember', arguments: FACT } });
    await new Promise<void>((resolve) => {
      let seen = '';
      child.stdout?.on('data', (chunk: Buffer) => {
        seen += chunk.toString();
        if (seen.includes('elicitation/create')) resolve();
      });
    });
    child.stdin?.end();
    expect((await done).code).toBe(0);
    const { stdout } = await run(['review', 'list', '--json'], at);
    const { items } = z
      .object({ items: z.array(z.object({ content: z.string() })) })
      .parse(JSON.parse(stdout));
    expect(items).toMatchObject([{ content: FACT.content }]);
  });
});

/** A server over HTTP in that home, and a token with these scopes. */
async function served(at: { home: string; cwd: string }, scopes: readonly string[]) {
  const made = await run(['token', 'create', ...scopes.flatMap((one) => ['--scope', one]), '--json'], at);
  const { token } = z.object({ token: z.string() }).parse(JSON.parse(made.stdout));
  const child = start(['serve', '--port', '0'], at);
  const url = await new Promise<string>((resolve) => {
    let seen = '';
    const look = (chunk: Buffer) => {
      seen += chunk.toString();
      const found = /http:\/\/127\.0\.0\.1:\d+\/mcp/.exec(seen)?.[0];
      if (found !== undefined) resolve(found);
    };
    child.stdout?.on('data', look);
    child.stderr?.on('data', look);
  });
  return { url, token };
}

describe('a form over HTTP', () => {
  it.each(FORM_ERAS)('approves for a client of %s whose token may', async (era) => {
    const at = place();
    const { url, token } = await served(at, ['read', 'write', 'admin']);
    const client = await connectOver(era, url, token, picks('approve'));
    const { id, status } = Kept.parse((await client.call('remember', FACT)).structured);
    expect(status).toBe('accepted');
    expect(await shown(id, at)).toMatchObject({ state: 'active', origin: 'user' });
  });

  it('is not shown to who may only write', async () => {
    const at = place();
    const { url, token } = await served(at, ['read', 'write']);
    const client = await connectOver('2025', url, token, () => {
      throw new Error('a form was shown');
    });
    const { id, status } = Kept.parse((await client.call('remember', FACT)).structured);
    expect(status).toBe('needs_review');
    expect(await shown(id, at)).toMatchObject({ state: 'waiting' });
  });
});
