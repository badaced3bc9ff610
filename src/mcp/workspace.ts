/** Where the person works, for clients that start servers elsewhere (Cursor starts them in the home folder). */
import { isAbsolute } from 'node:path';

/** `--workspace DIR`; a variable that the client did not fill in says nothing. */
export function workspaceOf(args: readonly string[]): string | undefined {
  const at = args.indexOf('--workspace');
  const named = at === -1 ? undefined : args[at + 1];
  return named !== undefined && isAbsolute(named) ? named : undefined;
}
