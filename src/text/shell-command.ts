// What a command line runs: its steps without the dressing, and their programs. A look at words, not a shell's grammar:
// where the two differ, a step is not recognised again, and nothing is claimed.

/** A command as it can be compared with another run of it. */
export type CommandShape = {
  /** The steps that do something, blanks evened out: `npm test`, `cargo build --release`. */
  readonly steps: readonly string[];
  /** The program of each step, with its subcommand where it has many: `npm test`, `cargo build`, `pytest`. */
  readonly programs: readonly string[];
  /** How it ended may tell of another step than the one that failed: a pipe, `||`, `;`. */
  readonly masked: boolean;
};

const LONGEST = 4_000;
const MOST_STEPS = 20;

export function commandShape(command: string): CommandShape {
  const pieces = split(command.slice(0, LONGEST));
  const steps: string[] = [];
  const programs: string[] = [];
  for (const { text, piped } of pieces) {
    const words = undressed(text);
    const program = programOf(words);
    // What stands behind a pipe reads what the step before it says.
    if (program === null || piped || steps.length >= MOST_STEPS) continue;
    const step = words.join(' ');
    if (steps.includes(step)) continue;
    steps.push(step);
    programs.push(program);
  }
  return { steps, programs, masked: pieces.some(({ masks }) => masks) };
}

type Piece = { readonly text: string; readonly piped: boolean; readonly masks: boolean };

/** Cut at `&&`, `||`, `;`, `|`, `&` and line ends, outside quotes. */
function split(command: string): Piece[] {
  const pieces: Piece[] = [];
  let [text, quote, piped, masks] = ['', '', false, false];
  const end = (isPipe: boolean, isMasking: boolean): void => {
    pieces.push({ text, piped, masks: masks || isMasking });
    [text, piped, masks] = ['', isPipe, isMasking];
  };
  for (let at = 0; at < command.length; at += 1) {
    const [one = '', two = ''] = [command[at], command[at + 1]];
    if (one === '\\' && quote !== "'") {
      // A line that goes on below.
      if (two !== '\n') text += one + two;
      at += 1;
    } else if (quote !== '') {
      if (one === quote) quote = '';
      text += one;
    } else if (one === '"' || one === "'") {
      quote = one;
      text += one;
    } else if ((one === '&' || one === '|') && two === one) {
      end(false, one === '|');
      at += 1;
    } else if (one === '|') {
      end(true, true);
      if (two === '&') at += 1;
    } else if (one === '&' && (command[at - 1] === '>' || two === '>')) {
      text += one;
    } else if (one === ';' || one === '\n' || one === '&') {
      end(false, one !== '\n');
    } else text += one;
  }
  end(false, false);
  return pieces.filter((piece) => piece.text.trim() !== '');
}

const ASSIGNMENT = /^[A-Za-z_]\w*=/;
const REDIRECTION = /^(?:\d?>>?|&>>?|<)(?:&\d|.*)$/;
/** Programs that only run another one. */
const RUNNERS = new Set(
  'sudo time env command exec nohup nice timeout npx bunx pnpx xargs stdbuf unbuffer'.split(' '),
);
/** `uv run pytest`, `poetry run pytest`, `pnpm exec tsc`, `bundle exec rspec`, `python -m pytest`. */
const RUNS: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ...['uv', 'poetry', 'pipenv', 'pdm', 'hatch', 'rye'].map((name) => [name, new Set(['run'])] as const),
  ...['npm', 'pnpm', 'yarn', 'bundle'].map((name) => [name, new Set(['exec', 'dlx', 'x'])] as const),
  ...['python', 'python3', 'py'].map((name) => [name, new Set(['-m'])] as const),
]);

/** The words of a step from its program on, without assignments, redirections and what only runs it. */
function undressed(step: string): readonly string[] {
  const words = (step.trim().match(/(?:"(?:[^"\\]|\\.)*"|'[^']*'|\\.|[^\s"'])+/g) ?? []).filter(
    (word, at, all) => !REDIRECTION.test(word) && !/^(?:\d?>>?|&>>?|<)$/.test(all[at - 1] ?? ''),
  );
  let from = words[0] === '(' || words[0] === '{' ? 1 : 0;
  for (let moved = true; moved; ) {
    moved = false;
    const [word = '', next = ''] = words.slice(from);
    if (ASSIGNMENT.test(word)) [from, moved] = [from + 1, true];
    else if (RUNS.get(nameOf(word))?.has(next) === true) [from, moved] = [from + 2, true];
    else if (RUNNERS.has(nameOf(word))) {
      from += 1;
      // Its own options, and the time that `timeout` takes.
      while (/^-/.test(words[from] ?? '') || /^\d+(?:\.\d+)?[smhd]?$/.test(words[from] ?? '')) from += 1;
      moved = true;
    }
  }
  return words.slice(from).map((word) => word.replace(/^[({]+|[)}]+$/g, ''));
}

/** Programs whose first argument says what they do. */
const WITH_SUBCOMMANDS = new Set(
  'npm pnpm yarn bun deno cargo go docker docker-compose podman git make just task dotnet kubectl helm gradle gradlew mvn mvnw terraform pip pip3 uv poetry bundle rails rake mix flutter swift bazel nx turbo rustup apt apt-get brew composer php manage.py'.split(
    ' ',
  ),
);
/** They change nothing and prove nothing. */
const DRESSING = new Set(
  'cd pushd popd echo printf true false : set export source . sleep exit wait pwd ls cat head tail grep rg egrep wc sort uniq tee less more find which type date clear test [ [[ mkdir trap ulimit umask unset read if then else fi for do done while'.split(
    ' ',
  ),
);

/** Null for what only dresses a command. */
function programOf(words: readonly string[]): string | null {
  const name = nameOf(words[0] ?? '');
  if (name === '' || DRESSING.has(name)) return null;
  if (!WITH_SUBCOMMANDS.has(name)) return name;
  const rest = words.slice(1).filter((word) => !word.startsWith('-'));
  const [first, second] = rest;
  if (first === undefined) return name;
  const two = first === 'run' || (name === 'docker' && first === 'compose');
  return two && second !== undefined ? `${name} ${first} ${second}` : `${name} ${first}`;
}

/** `/usr/bin/Node.exe` is `node`. */
function nameOf(word: string): string {
  const bare = word.replace(/^["']|["']$/g, '');
  return (bare.split(/[\\/]/).at(-1) ?? bare).toLowerCase().replace(/\.(?:exe|cmd|bat|sh)$/, '');
}
