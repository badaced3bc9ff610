/** One run of one command: its flags and words, the app behind it, and where to print. */
import { App } from '../app/app.ts';
import { type CallFacts, cliCall } from '../app/caller.ts';
import type { Caller } from '../model/caller.ts';
import type { Command } from './command.ts';
import { Flags } from './flags.ts';
import type { Io } from './io.ts';

/** What a command does; the number is its exit code. */
export type Handler = (invocation: Invocation) => Promise<number>;

/** Makes a handler what commander calls. */
export type Act = (handler: Handler) => (...args: readonly unknown[]) => Promise<void>;

export class Invocation {
  readonly command: Command;
  readonly io: Io;
  readonly flags: Flags;
  /** The words that are no flags. */
  readonly words: readonly string[];
  readonly json: boolean;
  readonly app: App;
  readonly facts: CallFacts;

  /** @throws ConfigError or UserInputError for a home that cannot be one. */
  constructor(command: Command, io: Io) {
    this.command = command;
    this.io = io;
    this.words = command.args;
    this.flags = new Flags(command, io.now ?? Date.now);
    this.json = this.flags.has('json');
    const home = command.optsWithGlobals().home;
    this.app = new App({
      env: io.env,
      cwd: io.cwd,
      version: __MIDTURN_VERSION__,
      ...(typeof home === 'string' ? { home } : {}),
      ...(io.now === undefined ? {} : { now: io.now }),
    });
    this.facts = cliCall(io.env, io.cwd, io.isTTY.stdin && io.isTTY.stdout);
  }

  /** True where questions may be asked: a person sits there and reads, no agent and no script. */
  get mayAsk(): boolean {
    return this.facts.personPresent && !this.json;
  }

  async caller(): Promise<Caller> {
    const caller = await this.app.caller(this.facts);
    await this.app.changes.begin();
    return caller;
  }

  /** Who asks and changes nothing: a folder that is not known does not become a project by it. */
  async reader(): Promise<Caller> {
    const caller = await this.app.reader(this.facts);
    await this.app.changes.begin();
    return caller;
  }

  /** The words joined to one text. An empty one is wrong usage. */
  joined(name: string): string {
    const text = this.words.join(' ').trim();
    if (text === '') throw this.command.wrong(`${name} is empty`);
    return text;
  }

  /** The one word that the command takes. */
  word(name: string): string {
    const [word = ''] = this.words;
    if (word.trim() === '') throw this.command.wrong(`${name} is empty`);
    return word;
  }

  /** Prints lines for a person to read. */
  print(...lines: readonly string[]): void {
    this.io.out(`${lines.join('\n')}\n`);
  }

  printJson(value: unknown): void {
    this.io.out(`${toJson(value)}\n`);
  }
}

/** C1 controls are valid in JSON, but a terminal would obey them. */
const OBEYED = /[\u007f-\u009f]/g;

export function toJson(value: unknown): string {
  return JSON.stringify(value, null, 2).replace(
    OBEYED,
    (control) => `\\u${control.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
