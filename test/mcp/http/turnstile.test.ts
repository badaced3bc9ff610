import fc from 'fast-check';
import { expect, it, vi } from 'vitest';
import { Turnstile } from '../../../src/mcp/http/turnstile.ts';

const never = (): AbortSignal => new AbortController().signal;

it('lets tokens take turns, however many calls one of them sends', async () => {
  const turnstile = new Turnstile({ running: 1, runningOfOne: 1, waitingOfOne: 100 });
  const first = await turnstile.enter('flood', never());
  const order: string[] = [];
  const wait = async (token: string): Promise<void> => {
    const leave = await turnstile.enter(token, never());
    order.push(token);
    leave();
  };
  const all = [...Array.from({ length: 50 }, () => wait('flood')), wait('quiet'), wait('other')];
  first();
  await Promise.all(all);
  expect(order.indexOf('quiet')).toBeLessThan(3);
  expect(order.indexOf('other')).toBeLessThan(4);
  expect(order).toHaveLength(52);
});

it('keeps places free for others', async () => {
  const turnstile = new Turnstile({ running: 4, runningOfOne: 2, waitingOfOne: 10 });
  await turnstile.enter('a', never());
  await turnstile.enter('a', never());
  let third = false;
  void turnstile.enter('a', never()).then(() => {
    third = true;
  });
  await turnstile.enter('b', never());
  expect(third).toBe(false);
});

it('refuses a token whose calls fill its line', async () => {
  const turnstile = new Turnstile({ running: 1, runningOfOne: 1, waitingOfOne: 1 });
  await turnstile.enter('a', never());
  void turnstile.enter('a', never());
  await expect(turnstile.enter('a', never())).rejects.toMatchObject({ status: 429 });
});

it('forgets who gives up while waiting', async () => {
  const turnstile = new Turnstile({ running: 1, runningOfOne: 1, waitingOfOne: 5 });
  const leave = await turnstile.enter('a', never());
  const controller = new AbortController();
  const waiting = turnstile.enter('b', controller.signal);
  controller.abort(new Error('gone'));
  await expect(waiting).rejects.toThrow('gone');
  const idle = turnstile.whenIdle();
  leave();
  leave();
  await idle;
  await turnstile.enter('c', never());
});

it('never runs more than it may, and lets everybody through in the end', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 40 }), async (tokens) => {
      const turnstile = new Turnstile({ running: 3, runningOfOne: 2, waitingOfOne: 100 });
      const running: string[] = [];
      await Promise.all(
        tokens.map(async (token) => {
          const leave = await turnstile.enter(token, never());
          running.push(token);
          expect(running.length).toBeLessThanOrEqual(3);
          expect(running.filter((one) => one === token).length).toBeLessThanOrEqual(2);
          await Promise.resolve();
          running.splice(running.indexOf(token), 1);
          leave();
        }),
      );
      await turnstile.whenIdle();
    }),
    { numRuns: 50 },
  );
});

it('lets few work at a time, and others in beside those that take long', async () => {
  vi.useFakeTimers();
  try {
    const limits = {
      running: 3,
      runningOfOne: 3,
      waitingOfOne: 10,
      working: 1,
      workingOfOne: 1,
      workMs: 250,
    };
    const turnstile = new Turnstile(limits);
    const leave = await turnstile.enter('a', never());
    const entered: string[] = [];
    const wait = async (token: string): Promise<() => void> => {
      const end = await turnstile.enter(token, never());
      entered.push(token);
      return end;
    };
    const [second, third, fourth] = [wait('b'), wait('c'), wait('d')];
    await vi.advanceTimersByTimeAsync(249);
    expect(entered).toEqual([]);
    await vi.advanceTimersByTimeAsync(2);
    expect(entered).toEqual(['b']);
    (await second)();
    await vi.advanceTimersByTimeAsync(0);
    expect(entered).toEqual(['b', 'c']);
    // However long they take, only so many run.
    await vi.advanceTimersByTimeAsync(1000);
    expect(entered).toEqual(['b', 'c', 'd']);
    const fifth = wait('e');
    await vi.advanceTimersByTimeAsync(1000);
    expect(entered).toEqual(['b', 'c', 'd']);
    leave();
    for (const end of [await third, await fourth, await fifth]) end();
    await turnstile.whenIdle();
  } finally {
    vi.useRealTimers();
  }
});
