import type { ServerContext } from '@modelcontextprotocol/server';
import { describe, expect, it } from 'vitest';
import { type Asked, Seals } from '../../src/mcp/ask/seals.ts';
import { formWorld } from '../support/form-world.ts';
import { rawModern } from '../support/mcp-clients.ts';

const ASKED: Asked = {
  tool: 'remember',
  args: 'hash',
  project: null,
  subject: { kind: 'approve', id: 'm_4f9k2c', shown: 'hash', seal: 'hash' },
};

/** The context of a real request: what a codec is given. */
async function context(): Promise<ServerContext> {
  let seen: ServerContext | undefined;
  const server = formWorld().server()();
  server.registerTool('look', {}, (given: ServerContext) => {
    seen = given;
    return { content: [] };
  });
  await rawModern(() => server)({ name: 'look', arguments: {} });
  if (seen === undefined) throw new Error('no request came');
  return seen;
}

describe('what is sent along with a form', () => {
  it('brings back what was asked, once', async () => {
    const [seals, request] = [new Seals(), await context()];
    const state = await seals.mint(ASKED, 'me', request);
    expect(await seals.redeem(state, 'me', request)).toEqual({ asked: ASKED });
    expect(await seals.redeem(state, 'me', request)).toEqual({
      refused: 'the form was answered or closed before',
    });
  });

  it('counts for nothing once its time is up', async () => {
    const [seals, request] = [new Seals({ lifeSeconds: -1 }), await context()];
    const state = await seals.mint(ASKED, 'me', request);
    expect(await seals.redeem(state, 'me', request)).toEqual({ refused: 'the time of the form was up' });
  });

  it('is not used up by somebody else, and not known to another process', async () => {
    const [seals, request] = [new Seals(), await context()];
    const state = await seals.mint(ASKED, 'me', request);
    expect(await seals.redeem(state, 'you', request)).toHaveProperty('refused');
    expect(await new Seals().redeem(state, 'me', request)).toHaveProperty('refused');
    expect(await seals.redeem(state, 'me', request)).toEqual({ asked: ASKED });
  });

  it('is kept of so many forms, and the oldest is closed first', async () => {
    const [seals, request] = [new Seals({ mostOpen: 2 }), await context()];
    const states = [];
    for (let at = 0; at < 3; at += 1) states.push(await seals.mint(ASKED, 'me', request));
    const redeemed = [];
    for (const state of states) redeemed.push(await seals.redeem(state, 'me', request));
    expect(redeemed.map((one) => 'asked' in one)).toEqual([false, true, true]);
  });
});
