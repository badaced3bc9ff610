/** The words behind `midturn session-start` and the like. What is not known is passed over: a hook fails for nobody. */

export type Arguments = {
  readonly event: string;
  readonly home: string | undefined;
  /** The manual form: no payload, the text as it is. */
  readonly cwd: string | undefined;
  /** Who calls, for a client that does not show it by itself. */
  readonly client: string | undefined;
  readonly payloadFile: string | undefined;
  readonly cleanupPayload: boolean;
  readonly fromStdin: boolean;
  /** Of the manual form: the whole object, for programs. */
  readonly json: boolean;
};

const VALUED = new Set(['--home', '--cwd', '--client', '--hook-payload', '--state-dir', '--repo-root']);

export function readArguments(argv: readonly string[]): Arguments {
  const values = new Map<string, string>();
  const flags = new Set<string>();
  let event = '';
  for (let at = 0; at < argv.length; at += 1) {
    const word = argv[at] ?? '';
    const [name = '', joined] = splitFlag(word);
    if (!word.startsWith('--')) event = event === '' ? word : event;
    else if (!VALUED.has(name)) flags.add(name);
    else if (joined !== undefined) values.set(name, joined);
    else {
      at += 1;
      values.set(name, argv[at] ?? '');
    }
  }
  const filled = (name: string): string | undefined => {
    const value = values.get(name);
    return value === undefined || value === '' ? undefined : value;
  };
  return {
    event,
    home: filled('--home'),
    cwd: filled('--cwd'),
    client: filled('--client'),
    payloadFile: filled('--hook-payload'),
    cleanupPayload: flags.has('--cleanup-payload'),
    fromStdin: flags.has('--from-stdin'),
    json: flags.has('--json'),
  };
}

function splitFlag(word: string): readonly [string, string | undefined] {
  const at = word.indexOf('=');
  return at === -1 ? [word, undefined] : [word.slice(0, at), word.slice(at + 1)];
}
