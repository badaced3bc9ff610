/** A process that runs a Node program and waits for it. */
import { runProgram } from '../../src/platform/run-program.ts';

process.stdout.write('started\n');
await runProgram({
  argv: [process.execPath, '-e', process.argv[2] ?? ''],
  env: {},
  timeoutMs: 60_000,
  watched: true,
});
