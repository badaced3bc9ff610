import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { withDeadline } from '../../src/platform/deadline.ts';

describe('a deadline', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('passes on what comes in time, and leaves no timer behind', async () => {
    expect(await withDeadline(Promise.resolve(7), 1000)).toEqual({ timedOut: false, value: 7 });
    await expect(withDeadline(Promise.reject(new Error('no')), 1000)).rejects.toThrow('no');
    expect(vi.getTimerCount()).toBe(0);
  });

  it('ends the wait for what never comes', async () => {
    const waiting = withDeadline(new Promise(() => {}), 1000);
    await vi.advanceTimersByTimeAsync(1000);
    expect(await waiting).toEqual({ timedOut: true });
  });

  it('does not leave a late failure unhandled', async () => {
    const unhandled = vi.fn();
    process.on('unhandledRejection', unhandled);
    const late = new Promise<never>((_, reject) => setTimeout(() => reject(new Error('late')), 2000));
    const waiting = withDeadline(late, 1000);
    await vi.advanceTimersByTimeAsync(3000);
    expect(await waiting).toEqual({ timedOut: true });
    vi.useRealTimers();
    await new Promise((resolve) => setTimeout(resolve, 5));
    process.off('unhandledRejection', unhandled);
    expect(unhandled).not.toHaveBeenCalled();
  });
});
