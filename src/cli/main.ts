/** The bundle behind every command but `mcp`. */
import { processIo } from './io.ts';
import { terminalPrompts } from './prompts.ts';
import { run } from './run.ts';

// `midturn history | head` closes the pipe when it has seen enough: that is no error of anybody.
process.stdout.on('error', endQuietly);
process.stderr.on('error', endQuietly);

void run(process.argv.slice(2), processIo(terminalPrompts)).then((code) => {
  // Not process.exit(): what was written may still be on its way through a pipe.
  process.exitCode = code;
});

function endQuietly(error: NodeJS.ErrnoException): void {
  process.exit(error.code === 'EPIPE' ? 0 : 1);
}
