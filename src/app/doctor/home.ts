/** The program itself, the home with its permissions, and the configuration. */
import { access, constants, stat } from 'node:fs/promises';
import { codeOf, messageOf } from '../../model/errors.ts';
import { hostOs } from '../../platform/paths.ts';
import { checkPrivate } from '../../platform/permissions.ts';
import type { HomeLayout } from '../../project/home.ts';
import type { Finding } from '../../store/health.ts';
import type { DoctorApp } from './types.ts';

export function checkProgram({ version }: DoctorApp): Finding {
  return {
    id: 'program',
    status: 'ok',
    words: `midturn ${version} on Node ${process.version}, ${process.platform}-${process.arch}`,
  };
}

/** What nobody but its owner is to read. */
export function privatePaths({ root, db, env, backups, logs, spool }: HomeLayout): readonly string[] {
  return [root, db, env, backups, logs, spool];
}

export async function checkHome(layout: HomeLayout): Promise<readonly Finding[]> {
  const { root } = layout;
  try {
    if (!(await stat(root)).isDirectory())
      return [
        {
          id: 'home',
          status: 'fail',
          words: `${root} is not a folder`,
          fix: 'Move that file away, or set MIDTURN_HOME to a folder',
        },
      ];
    await access(root, constants.W_OK);
  } catch (error) {
    if (codeOf(error) === 'ENOENT')
      return [{ id: 'home', status: 'ok', words: `${root} is new: nothing was stored before` }];
    return [
      {
        id: 'home',
        status: 'fail',
        words: `${root} cannot be written: ${messageOf(error)}`,
        fix: 'Give yourself permission to it, or set MIDTURN_HOME to another folder',
      },
    ];
  }
  const findings: Finding[] = [{ id: 'home', status: 'ok', words: `${root} is there and can be written` }];
  for (const path of privatePaths(layout)) {
    for (const { words, fix } of await checkPrivate(path, hostOs()))
      findings.push({ id: 'permissions', status: 'warn', words, ...(fix === undefined ? {} : { fix }) });
  }
  return findings;
}

export async function checkConfig({ config, layout }: DoctorApp): Promise<readonly Finding[]> {
  try {
    const { warnings } = await config();
    if (warnings.length === 0)
      return [{ id: 'config', status: 'ok', words: 'The configuration is understood' }];
    return warnings.map((words) => ({
      id: 'config',
      status: 'warn',
      words,
      fix: words.includes(layout.config) ? 'Correct it there' : 'Correct it where it is set',
    }));
  } catch (error) {
    return [
      {
        id: 'config',
        status: 'fail',
        words: messageOf(error),
        fix: 'Correct it; `midturn config validate` says when it is right',
      },
    ];
  }
}
