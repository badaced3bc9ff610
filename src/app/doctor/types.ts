/** What the doctor examines, with what, and what comes of it. */
import type { Finding } from '../../store/health.ts';
import type { App } from '../app.ts';
import type { Environment } from '../caller.ts';
import type { WakeDeps } from '../loop/start.ts';

export type Examination = {
  readonly ok: boolean;
  readonly checks: readonly Finding[];
  /** What was mended, in sentences; absent where nobody asked for it. */
  readonly fixed?: readonly string[];
};

/** What the doctor needs of the app. */
export type DoctorApp = Pick<
  App,
  | 'layout'
  | 'now'
  | 'cwd'
  | 'version'
  | 'store'
  | 'config'
  | 'embeddings'
  | 'setup'
  | 'scheduler'
  | 'capture'
  | 'compile'
  | 'self'
  | 'isPaused'
  | 'planImport'
  | 'peek'
>;

export type Wishes = {
  /** Rebuild the search indexes first. */
  readonly rebuild: boolean;
  /** Mend what can be mended without asking. */
  readonly fix: boolean;
  /** Start servers and clients to see whether they answer. */
  readonly starts: boolean;
};

export type Patient = {
  readonly app: DoctorApp;
  readonly env: Environment;
  /** The user's home folder. */
  readonly osHome: string;
  readonly wishes: Wishes;
  /** The program of the worker and how it is started, where that is not what runs now. */
  readonly worker?: Pick<WakeDeps, 'program' | 'start'>;
};
