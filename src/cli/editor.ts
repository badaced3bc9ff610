/** A text in the person's own editor: `$VISUAL`, else `$EDITOR`, as git and crontab do it. */
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Environment } from '../app/caller.ts';

/** The command, which may have arguments of its own (`code --wait`). */
export function editorOf(env: Environment, platform: string = process.platform): string {
  for (const name of ['VISUAL', 'EDITOR']) {
    const value = (env[name] ?? '').trim();
    if (value !== '') return value;
  }
  return platform === 'win32' ? 'notepad' : 'vi';
}

/** What was saved, or null when the editor could not be started or reported a failure. */
export async function editText(text: string, editor: string): Promise<string | null> {
  const folder = await mkdtemp(join(tmpdir(), 'midturn-edit-'));
  const file = join(folder, 'EDIT.md');
  try {
    await writeFile(file, text, { mode: 0o600 });
    return (await runs(editor, file)) ? await readFile(file, 'utf8') : null;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function runs(editor: string, file: string): Promise<boolean> {
  const windows = process.platform === 'win32';
  // A shell, since the variable is a command line; the file comes in as an argument and is not read by it.
  const child = windows
    ? spawn(`${editor} "${file}"`, { shell: true, stdio: 'inherit' })
    : spawn('/bin/sh', ['-c', `${editor} "$@"`, editor, file], { stdio: 'inherit' });
  return new Promise((resolve) => {
    child.once('error', () => resolve(false));
    child.once('close', (code) => resolve(code === 0));
  });
}
