/** The system's scheduler: is it there, will it run, and how did its last run end. */
import { messageOf } from '../../model/errors.ts';
import { minute } from '../../model/time.ts';
import { withDeadline } from '../../platform/deadline.ts';
import type { Finding } from '../../store/health.ts';
import type { DoctorApp } from './types.ts';

/** A system manager that does not answer by then has troubles of its own. */
const PATIENCE_MS = 5_000;

export async function checkScheduler(app: DoctorApp): Promise<readonly Finding[]> {
  const id = 'scheduler';
  try {
    const answer = await withDeadline(
      app.scheduler().then((service) => service.status()),
      PATIENCE_MS,
    );
    if (answer.timedOut)
      return [
        {
          id,
          status: 'warn',
          words: 'The scheduler of the system did not answer in time',
          fix: 'midturn scheduler status',
        },
      ];
    const { installed, active, kind, last } = answer.value;
    if (!installed)
      return [{ id, status: 'ok', words: 'Nothing is scheduled: the hooks of the clients do the work' }];
    const ran = last === null ? 'it has not run yet' : `it ran last at ${minute(last.at)} UTC`;
    const findings: Finding[] = [
      active === false
        ? {
            id,
            status: 'warn',
            words: `Installed (${kind}), but it does not run`,
            fix: 'midturn scheduler install',
          }
        : { id, status: 'ok', words: `Scheduled (${kind}), ${ran}` },
    ];
    if (last?.ok === false)
      findings.push({
        id: 'scheduler.last',
        status: 'warn',
        words: `The last scheduled run failed${last.error === undefined ? '' : `: ${last.error}`}`,
        fix: 'midturn scan',
      });
    return findings;
  } catch (error) {
    return [{ id, status: 'warn', words: `The scheduler could not be asked: ${messageOf(error)}` }];
  }
}
