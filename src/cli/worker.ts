/** `midturn worker`: what hooks start in the background. It is no command for people, and stands in no help. */
import { existsSync } from 'node:fs';
import { setPriority } from 'node:os';
import { watchHome } from '../app/loop/home.ts';
import { runLoop } from '../app/loop/loop.ts';
import type { Command } from './command.ts';
import type { Act, Invocation } from './invocation.ts';

/** After the limit, what is under way has this long to end by itself. */
const GRACE_MS = 5000;
/** What was started is told to end; nothing is written any more. */
const GONE_MS = 100;
/** Processor time goes to the person's own programs first. */
const LOW_PRIORITY = 10;

export function workerCommand(program: Command, act: Act): void {
  program
    .command('worker', { hidden: true })
    .description('Does what hooks have left to do.')
    .action(act(work));
}

async function work(invocation: Invocation): Promise<number> {
  const { app, json } = invocation;
  // It was deleted since a hook started this: there is nothing to do, and it is not to come back.
  if (!existsSync(app.layout.root)) return 0;
  app.leaveHomeAsItIs();
  const controller = new AbortController();
  let letGo = (): void => undefined;
  const end = (): void => {
    controller.abort();
    // What was asked to end and did not is ended with this process.
    setTimeout(() => {
      letGo();
      process.exit(0);
    }, GRACE_MS).unref();
  };
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.once(signal, end);
  const unwatch = watchHome(app.layout, () => {
    controller.abort();
    setTimeout(() => process.exit(0), GONE_MS);
  });
  beNice();
  const limit = setTimeout(end, (await app.config()).review.worker_seconds * 1000);
  try {
    const result = await runLoop(app, {
      signal: controller.signal,
      makesHome: false,
      onHold: (give) => {
        letGo = give;
      },
    });
    if (json) invocation.printJson(result);
    return result.status === 'failed' ? 1 : 0;
  } finally {
    clearTimeout(limit);
    unwatch();
    setTimeout(() => process.exit(), GRACE_MS).unref();
  }
}

function beNice(): void {
  try {
    setPriority(LOW_PRIORITY);
  } catch {
    // Not allowed here: it works as fast as everybody else.
  }
}
