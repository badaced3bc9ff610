/** What a scheduler of the system is to midturn: one file of this folder for each, all with the same doors. */
import type { Os } from '../../platform/paths.ts';
import type { HomeLayout } from '../../project/home.ts';
import type { RunAnswer } from '../types.ts';

export type SchedulerKind = 'systemd' | 'launchd' | 'windows' | 'cron';

/** What the schedulers ask of the machine. */
export type SchedulerWorld = {
  readonly os: Os;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The user's home folder. */
  readonly osHome: string;
  readonly layout: HomeLayout;
  /** The number of this user, where the system has such numbers. */
  readonly uid: number | null;
  /** Runs a program to its end; null when it is not there. */
  readonly run: (
    argv: readonly [string, ...string[]],
    options?: { readonly stdin?: string; readonly env?: Readonly<Record<string, string>> },
  ) => Promise<RunAnswer | null>;
};

/** What is to be run, and how often. */
export type Job = {
  /** `midturn`; with letters behind it for a home that is not the usual one, so that two homes do not share a job. */
  readonly name: string;
  /** Absolute paths first; no shell reads this. */
  readonly argv: readonly [string, ...string[]];
  /** All that the job knows of the environment. */
  readonly env: Readonly<Record<string, string>>;
  /** A folder that exists. */
  readonly cwd: string;
  readonly minutes: number;
  /** Where what is printed goes, on systems that keep no journal. */
  readonly output: string;
};

/** A file as it belongs on the disk, or the line of a table (a crontab, the task list) by its name. */
export type Place = { readonly place: string; readonly text: string };

export type Standing = {
  readonly installed: boolean;
  /** False when it is there and will not run (disabled, not loaded); null when the system does not tell. */
  readonly active: boolean | null;
  readonly minutes: number | null;
  /** Epoch ms, where the system tells. */
  readonly next: number | null;
  readonly last: number | null;
  /** How the last run ended, where the system tells: 0 is well. */
  readonly exit: number | null;
};

export const NOT_THERE: Standing = {
  installed: false,
  active: null,
  minutes: null,
  next: null,
  last: null,
  exit: null,
};

export type Mechanism = {
  readonly kind: SchedulerKind;
  /** As people call it. */
  readonly words: string;
  /** Null where it answers; otherwise why it cannot be used here. */
  readonly refusal: () => Promise<string | null>;
  /** What `install` would write. */
  readonly places: (job: Job) => readonly Place[];
  /**
   * Brings it to what the job says, whatever stood there before. Answers whether anything had to be changed.
   * @throws ConfigError where the system says no
   */
  readonly install: (job: Job) => Promise<boolean>;
  /** Takes away what is ours and nothing else; answers the places it stood in. Works where `refusal` has words too. */
  readonly uninstall: (name: string) => Promise<readonly string[]>;
  readonly standing: (name: string) => Promise<Standing>;
  /** What the person should know once it is installed. */
  readonly notes: readonly string[];
};
