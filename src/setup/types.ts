/**
 * What one client's wiring is. A wiring only says *what* belongs into which file (edits); showing, backing up, writing,
 * listing and taking out again is the same for all of them and is done by the core. One client = one file in clients/.
 */
import type { Clock } from '../model/time.ts';
import type { Os } from '../platform/paths.ts';
import type { HomeLayout } from '../project/home.ts';
import type { Finding } from '../store/health.ts';

export type ClientId = 'codex' | 'claude-code' | 'cursor' | 'opencode' | 'gemini' | 'vscode';

/** What a program that was run has answered. */
export type RunAnswer = {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly timedOut: boolean;
};

/** Everything a wiring may ask about the machine. Tests bring their own, with the paths of other systems. */
export type World = {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The user's home folder. */
  readonly osHome: string;
  readonly os: Os;
  readonly cwd: string;
  readonly layout: HomeLayout;
  readonly now: Clock;
  readonly files: Files;
  /** Runs a program to its end; null when it is not there. Used to look, never to change anything. */
  readonly run: (argv: readonly [string, ...string[]], timeoutMs: number) => Promise<RunAnswer | null>;
  /** Asks a program that answers line by line, until `enough`; null when it is not there. Absent = nobody can be asked. */
  readonly talk?: (
    argv: readonly [string, ...string[]],
    lines: readonly string[],
    enough: (answers: readonly string[]) => boolean,
    timeoutMs: number,
  ) => Promise<{
    readonly answers: readonly string[];
    readonly outcome: 'answered' | 'ended' | 'late';
    readonly complaint: string;
  } | null>;
};

/** Reading only: all writing is the core's. */
export type Files = {
  /** The text, a byte order mark included; null when there is no such file. Throws where it cannot be read. */
  readonly read: (path: string) => Promise<string | null>;
  readonly isFolder: (path: string) => Promise<boolean>;
  /** The names in a folder; empty when there is none. */
  readonly list: (path: string) => Promise<readonly string[]>;
  /** The path with symbolic links resolved; absent = links are of no interest. */
  readonly real?: (path: string) => Promise<string>;
};

/** The program as clients are to start it. Both paths are absolute and stay the same when midturn is upgraded. */
export type Program = {
  /** The Node that runs it. */
  readonly node: string;
  /** `<home>/app/midturn.cjs`. It knows the home by its own place: neither `--home` nor MIDTURN_HOME is needed. */
  readonly launcher: string;
};

export type Json =
  | string
  | number
  | boolean
  | null
  | readonly Json[]
  | { readonly [key: string]: Json | undefined };

/** One thing that belongs into a JSON file. Folders, the file and the objects on the way there are made if need be. */
export type JsonEntry =
  /**
   * The property at `at` has this value. One that is there and is not ours (see `isOurs`) is left alone and told,
   * unless `replaces` is 'any': then the old value is kept in the manifest and comes back with uninstall.
   */
  | { readonly set: readonly string[]; readonly value: Json; readonly replaces?: 'ours' | 'any' }
  /** The array at `into` holds this element, behind all others. An element of ours that is of no use any more goes. */
  | { readonly into: readonly string[]; readonly value: Json };

/** What belongs into one file, and why, in words for the person who reads the diff. */
export type Edit = {
  /** Absolute. */
  readonly file: string;
  readonly why: string;
  /** The client rewrites this file all the time: what is written is made anew from what stands there at that moment. */
  readonly volatile?: boolean;
} & (
  | {
      /** `json` = the client reads strict JSON only: a file with comments or trailing commas is told, see `strict`. */
      readonly kind: 'json' | 'jsonc';
      readonly entries: readonly JsonEntry[];
    }
  | {
      /** A marked block at the end of the file. */
      readonly kind: 'toml';
      /** TOML without the marks; LF; empty = no block (one that is there goes). */
      readonly block: string;
      /** Tables and keys that this block defines, as paths: where somebody else has them, it is told and nothing is written. */
      readonly defines: ReadonlyArray<readonly string[]>;
    }
  | {
      /** A file that is ours as a whole (a unit of the scheduler, say). A file there that we did not write is left alone. */
      readonly kind: 'file';
      readonly text: string;
      /** Permission bits; 0o600 when absent. */
      readonly mode?: number;
    }
);

/** What the person chose, where a wiring leaves a choice. */
export type Wishes = {
  /** Raise the days that a client keeps its transcripts to this; null = leave it. */
  readonly keepTranscriptDays: number | null;
};

type WiringPlan = {
  readonly edits: readonly Edit[];
  /** What the person must know or do next (trust the hooks, start the client again): one sentence or two each. */
  readonly notes: readonly string[];
  /** Why something that belongs to this client is not done; the rest is done all the same. */
  readonly problems: readonly string[];
  /** After so many days this client deletes its transcripts, where that may be sooner than a person wants. */
  readonly transcriptDays?: number;
};

/** A client that was found: where its configuration lies, and which version where that is known without starting it. */
type Detected = { readonly folder: string; readonly version?: string };

export type ClientWiring = {
  readonly id: ClientId;
  /** As its makers write it: `Claude Code`. */
  readonly name: string;
  /** Null when it is not on this machine. Looks at folders and files; starts nothing. */
  readonly detect: (world: World) => Promise<Detected | null>;
  /**
   * What belongs into its files. The same world gives the same plan; called for uninstall too, to know the places
   * (what is ours there is found by the manifest and by its mark, whatever this plan says of values).
   */
  readonly plan: (world: World, program: Program, wishes: Wishes) => Promise<WiringPlan>;
  /** For doctor: is the server configured, are hooks present and trusted. Ids `<client>.server`, `<client>.hooks` … */
  readonly examine: (world: World, program: Program) => Promise<readonly Finding[]>;
  /** The midturn that is switched on there as a plugin, by the client's name for it (`midturn@midturn`). */
  readonly plugin?: (world: World) => Promise<string | null>;
  /** The command by which a person takes such a plugin out. */
  readonly pluginRemoval?: (plugin: string) => string;
  /** What the person must know when ours go: one sentence or two each. */
  readonly leaving?: (world: World, program: Program) => Promise<readonly string[]>;
  /** Tables that the client itself has written about our entries (trust of hooks): they go with uninstall. */
  readonly leftovers?: (world: World, program: Program) => Promise<readonly Leftover[]>;
};

/** A table in a TOML file, by its path: `['hooks', 'state', '/…/hooks.json:stop:0:0']`. */
export type Leftover = { readonly file: string; readonly table: readonly string[] };

/** One file before and after: what is shown to the person and then written. */
export type Change = {
  readonly client: string;
  readonly file: string;
  readonly format: 'json' | 'jsonc' | 'toml' | 'text';
  /** Null = there is no file. */
  readonly before: string | null;
  /** Null = the file goes. */
  readonly after: string | null;
  readonly why: string;
};
