/** The bundle behind the hook commands: small, so that most of a hook's time is Node's own start. */
import { runHook } from './run.ts';
import { printNow } from './stdout.ts';

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
  print: printNow,
  // Closing would copy the journal back into the store: whoever stays has time for that.
  closes: false,
}).then(
  // What was begun and is not done by now (a lock that was waited for) ends with the process.
  () => process.exit(0),
  () => process.exit(0),
);
