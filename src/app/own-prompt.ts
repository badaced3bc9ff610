/** Instructions for a model that a person has written in the place of ours: `prompts/<name>.md` in the home. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigError, codeOf, messageOf } from '../model/errors.ts';
import type { HomeLayout } from '../project/home.ts';

/** Null where there is none, or nothing in it. @throws ConfigError where there is one that cannot be read */
export async function ownPrompt(layout: HomeLayout, name: 'reviewer' | 'compiler'): Promise<string | null> {
  const path = join(layout.root, 'prompts', `${name}.md`);
  try {
    const text = await readFile(path, 'utf8');
    return text.trim() === '' ? null : text;
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT' || codeOf(cause) === 'ENOTDIR') return null;
    throw new ConfigError(
      {
        what: `${path} cannot be read`,
        why: messageOf(cause),
        next: 'Make it a file that you may read, or remove it',
      },
      { cause },
    );
  }
}
