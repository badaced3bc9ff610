/** Examines an installation: program, home, permissions, store, indexes. */
import { access, constants, stat } from 'node:fs/promises';
import { messageTerms } from '../capture/index.ts';
import type { EmbeddingsService } from '../embeddings/index.ts';
import { memoryTerms } from '../memories/index.ts';
import { codeOf, messageOf } from '../model/errors.ts';
import { hostOs } from '../platform/paths.ts';
import { checkPrivate } from '../platform/permissions.ts';
import type { Configuration } from '../project/configuration.ts';
import type { HomeLayout } from '../project/home.ts';
import type { Finding, IndexTerms } from '../store/health.ts';
import type { Store } from '../store/store.ts';

export type Examination = { readonly ok: boolean; readonly checks: readonly Finding[] };

type ExamineOptions = {
  readonly layout: HomeLayout;
  readonly version: string;
  readonly store: () => Promise<Store>;
  readonly config: () => Promise<Configuration>;
  /** Null where no endpoint is configured. */
  readonly embeddings: () => Promise<EmbeddingsService | null>;
  readonly rebuild: boolean;
};

const TERMS: IndexTerms = { message: messageTerms, memory: memoryTerms };

/** Looks at everything, whatever fails on the way. */
export async function examine(options: ExamineOptions): Promise<Examination> {
  const checks: Finding[] = [
    {
      id: 'program',
      status: 'ok',
      words: `midturn ${options.version} on Node ${process.version}, ${process.platform}-${process.arch}`,
    },
    ...(await checkHome(options.layout)),
    ...(await checkConfig(options)),
    ...(await checkStore(options)),
  ];
  return { ok: checks.every(({ status }) => status !== 'fail'), checks };
}

async function checkHome(layout: HomeLayout): Promise<Finding[]> {
  try {
    if (!(await stat(layout.root)).isDirectory()) {
      return [
        {
          id: 'home',
          status: 'fail',
          words: `${layout.root} is not a folder`,
          fix: 'Set MIDTURN_HOME to a folder',
        },
      ];
    }
    await access(layout.root, constants.W_OK);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') {
      return [{ id: 'home', status: 'ok', words: `${layout.root} is not there yet` }];
    }
    return [
      {
        id: 'home',
        status: 'fail',
        words: `${layout.root} cannot be written: ${messageOf(error)}`,
        fix: 'Give yourself permission to it, or set MIDTURN_HOME to another folder',
      },
    ];
  }
  const findings: Finding[] = [
    { id: 'home', status: 'ok', words: `${layout.root} is there and can be written` },
  ];
  for (const path of [layout.root, layout.db, layout.env, layout.backups]) {
    const open = await checkPrivate(path, hostOs());
    for (const finding of open)
      findings.push({
        id: 'permissions',
        status: 'warn',
        words: finding.words,
        ...(finding.fix === undefined ? {} : { fix: finding.fix }),
      });
  }
  return findings;
}

async function checkConfig(options: ExamineOptions): Promise<Finding[]> {
  try {
    const { warnings } = await options.config();
    if (warnings.length === 0)
      return [{ id: 'config', status: 'ok', words: 'The configuration is understood' }];
    return warnings.map((words) => ({
      id: 'config',
      status: 'warn',
      words,
      fix: `Correct it in ${options.layout.config}`,
    }));
  } catch (error) {
    return [{ id: 'config', status: 'fail', words: messageOf(error) }];
  }
}

async function checkStore(options: ExamineOptions): Promise<Finding[]> {
  let store: Store;
  try {
    store = await options.store();
  } catch (error) {
    return [{ id: 'store.open', status: 'fail', words: messageOf(error) }];
  }
  const rebuilt: Finding[] = [];
  if (options.rebuild) {
    const documents = await store.health.rebuild(TERMS);
    rebuilt.push({ id: 'index.rebuild', status: 'ok', words: `Rebuilt the indexes: ${documents} documents` });
  }
  return [...rebuilt, ...(await store.health.check(TERMS)), ...(await checkVectors(options, store))];
}

/** Vectors are made by an endpoint: a rebuild fills what is missing, it does not pay for all of them again. */
async function checkVectors(
  { config, embeddings, rebuild }: ExamineOptions,
  store: Store,
): Promise<Finding[]> {
  try {
    const service = await embeddings();
    if (service === null) return await misconfigured(config, store);
    const orphans = await store.vectors.orphans();
    const stale: Finding[] =
      orphans === 0 ? [] : [{ id: 'vectors', status: 'fail', words: `${orphans} vectors belong to nothing` }];
    const filled = rebuild ? await service.fill() : null;
    const { ok, words: state } = await service.examine();
    const findings: Finding[] = [...stale, { id: 'embeddings', status: ok ? 'ok' : 'warn', words: state }];
    if (filled === null) return findings;
    const { complete, embedded, why } = filled;
    const words = `Embedded ${embedded} ${embedded === 1 ? 'document' : 'documents'}${why === null ? '' : `, then stopped: ${why}`}`;
    return [...findings, { id: 'vectors', status: complete ? 'ok' : 'warn', words }];
  } catch (error) {
    return [{ id: 'vectors', status: 'warn', words: messageOf(error) }];
  }
}

/** Nothing where no endpoint is named; what is wrong with one that is has been noted when it was opened. */
async function misconfigured(config: ExamineOptions['config'], store: Store): Promise<Finding[]> {
  const { url } = (await config()).embeddings;
  const note = url === null ? null : await store.health.note('embeddings');
  if (note === null || note.error === null) return [];
  return [{ id: 'embeddings', status: 'warn', words: `Embeddings are off: ${note.error}` }];
}
