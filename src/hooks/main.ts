/** The bundle behind the hook commands: small, so that most of a hook's time is Node's own start. */
import { runHook } from './run.ts';

/** An answer that nobody takes is not waited for. */
const PRINT_MS = 200;

// The client has closed the pipe: it does not want an answer any more.
process.stdout.on('error', () => process.exit(0));
// Never anything but 0: to both clients 2 means that the prompt or the command is forbidden.
process.on('uncaughtException', () => process.exit(0));
process.on('unhandledRejection', () => process.exit(0));

void runHook({
  argv: process.argv.slice(2),
  env: process.env,
  cwd: process.cwd(),
  stdin: process.stdin,
  version: __MIDTURN_VERSION__,
  elapsed: () => performance.now(),
  print: (text) =>
    new Promise((done) => {
      setTimeout(done, PRINT_MS).unref();
      process.stdout.write(text, () => done());
    }),
}).then(
  // What was begun and is not done by now (a lock that was waited for) ends with the process.
  () => process.exit(0),
  () => process.exit(0),
);
