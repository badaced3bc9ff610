/** What is wrong, or should be known, in words with the command that mends it. */
import { iso } from '../model/time.ts';
import type { LogLine } from '../project/log-file.ts';
import { hookActivity } from './hooks.ts';
import { inboxFinding } from './inbox.ts';
import type { Found, Last, StatusReport, Wired } from './types.ts';

/** What was told this long ago is known. */
const NEWS_MS = 7 * 86_400_000;

type Symptoms = {
  readonly outdated: boolean;
  readonly warnings: readonly string[];
  readonly paused: boolean;
  /** What needs a person's review. */
  readonly waiting: { readonly memories: number; readonly skills: number };
  readonly failedSuggestions: number;
  readonly inbox: { readonly failed: number; readonly folder: string | null };
  readonly brokenSpool: number;
  /** What went wrong in the last day, by the log. */
  readonly lines: readonly LogLine[];
  readonly last: StatusReport['last'];
  readonly embeddings: StatusReport['embeddings'];
  readonly reviews: readonly Found[];
  readonly wiring: readonly Wired[];
  readonly joined: ReadonlyArray<{ readonly at: number; readonly words: string }>;
  readonly now: number;
};

export function healthOf(symptoms: Symptoms): readonly Found[] {
  const { waiting, inbox, last, embeddings, now } = symptoms;
  return [
    ...(symptoms.outdated ? [OUTDATED] : []),
    ...symptoms.warnings.map((words): Found => ({ id: 'config', status: 'warn', words })),
    ...(symptoms.paused ? [PAUSED] : []),
    ...(waiting.memories + waiting.skills > 0 ? [reviewFinding(waiting)] : []),
    ...(symptoms.failedSuggestions > 0 ? [failedFinding(symptoms.failedSuggestions)] : []),
    ...(inbox.failed > 0 ? [inboxFinding(inbox.failed, inbox.folder)] : []),
    ...(last.compile === null ? [] : compileFindings(last.compile)),
    ...errorOf(last.capture, 'capture', '', 'midturn doctor'),
    ...symptoms.reviews,
    ...hookFindings(symptoms.lines),
    ...(symptoms.brokenSpool > 0 ? [brokenFinding(symptoms.brokenSpool)] : []),
    ...errorOf(last.scheduler, 'scheduler', 'The last scheduled run failed: ', 'midturn scan'),
    ...symptoms.wiring.flatMap(incomplete),
    ...symptoms.joined
      .filter(({ at }) => now - at < NEWS_MS)
      .map(({ at, words }): Found => {
        return {
          id: 'project.joined',
          status: 'warn',
          words: `${words} (${iso(at).slice(0, 10)})`,
          fix: 'midturn project list',
        };
      }),
    ...(embeddings?.error === undefined
      ? []
      : [
          {
            id: 'embeddings',
            status: 'warn' as const,
            words: `Embeddings: ${embeddings.error}; questions are answered by their words`,
          },
        ]),
  ];
}

const OUTDATED: Found = {
  id: 'store.schema',
  status: 'fail',
  words: 'A newer midturn has upgraded the store: this process still reads it, and writes nothing',
  fix: 'restart your client',
};

const PAUSED: Found = { id: 'capture', status: 'warn', words: 'Capture is paused', fix: 'midturn resume' };

function reviewFinding({ memories, skills }: Symptoms['waiting']): Found {
  const parts = [
    ...(memories > 0 ? [`${memories} ${memories === 1 ? 'memory' : 'memories'}`] : []),
    ...(skills > 0 ? [`${skills} ${skills === 1 ? 'skill' : 'skills'}`] : []),
  ];
  const words = `${parts.join(' and ')} ${memories + skills === 1 ? 'needs' : 'need'} a person's review`;
  return { id: 'review', status: 'warn', words, fix: 'midturn review' };
}

function failedFinding(failed: number): Found {
  const words = `${failed} ${failed === 1 ? 'suggestion has' : 'suggestions have'} failed`;
  return { id: 'compile.failed', status: 'warn', words, fix: 'midturn suggest --retry-failed' };
}

/** A compile that did not do what it was asked to must not go unseen. */
function compileFindings(last: NonNullable<Last>): readonly Found[] {
  const { fallback } = last;
  return [
    ...errorOf(last, 'compile', 'The last compile failed: ', 'midturn compile'),
    ...(fallback === undefined
      ? []
      : [
          {
            id: 'compile.fallback',
            status: 'warn' as const,
            words: `The last compile fell back to ${fallback}`,
          },
        ]),
  ];
}

function errorOf(last: Last, id: string, before: string, fix: string): readonly Found[] {
  if (last?.error === undefined) return [];
  return [{ id, status: 'warn', words: `${before}${last.error}`, fix }];
}

function hookFindings(lines: readonly LogLine[]): readonly Found[] {
  const failing = hookActivity(lines).filter(({ failed }) => failed > 0);
  if (failing.length === 0) return [];
  const runs = failing.map(({ event, failed }) => `${event} ${failed === 1 ? 'once' : `${failed} times`}`);
  const error = failing.findLast(({ lastError }) => lastError !== null)?.lastError ?? 'no word';
  const words = `Hooks failed in the last 24 hours: ${runs.join(', ')}; one with: ${error}`;
  return [{ id: 'hooks', status: 'warn', words, fix: 'midturn doctor' }];
}

function brokenFinding(broken: number): Found {
  const words = `${broken} ${broken === 1 ? 'file' : 'files'} that hooks have left could not be taken`;
  return { id: 'spool.broken', status: 'warn', words, fix: 'midturn doctor' };
}

function incomplete({ client, status }: Wired): readonly Found[] {
  if (status !== 'incomplete') return [];
  const words = `A file that setup has written for ${client} is gone`;
  return [{ id: 'wiring', status: 'warn', words, fix: `midturn setup ${client}` }];
}
