/**
 * What a scheduled run knows of the environment. Schedulers hand over next to nothing, so it is written down: where
 * things are, never a key (those stand in the home's `.env`).
 */
import { isAbsolutePath, type Os, pathsOf } from '../../platform/paths.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Where the clients and midturn keep their things, and how the network is reached. */
const KEPT = [
  'CODEX_HOME',
  'CLAUDE_CONFIG_DIR',
  'XDG_CONFIG_HOME',
  'XDG_DATA_HOME',
  'LANG',
  'HTTPS_PROXY',
  'HTTP_PROXY',
  'NO_PROXY',
  'https_proxy',
  'http_proxy',
  'no_proxy',
  'NODE_EXTRA_CA_CERTS',
];
/** Folders that are there for one shell or one command only. */
const PASSING = /[\\/](?:node_modules|_npx|fnm_multishells|fnm-multishells)(?:[\\/]|$)/;
/** `user:password@` in an address. */
const CREDENTIALS = /\/\/[^/]*@/;

type Asked = {
  readonly env: Environment;
  readonly osHome: string;
  readonly home: string;
  readonly node: string;
  readonly os: Os;
  /** PATH is cut to so many characters, by whole folders. */
  readonly pathCharacters: number;
};

export function jobEnvironment({
  env,
  osHome,
  home,
  node,
  os,
  pathCharacters,
}: Asked): Record<string, string> {
  const kept: Record<string, string> = {
    HOME: osHome,
    MIDTURN_HOME: home,
    PATH: pathOf(env, node, os, pathCharacters),
  };
  for (const name of KEPT) {
    const value = env[name];
    if (value !== undefined && value !== '' && !CREDENTIALS.test(value)) kept[name] = value;
  }
  return kept;
}

/** The folder of the Node that runs us, then the person's own PATH as far as it lasts. */
function pathOf(env: Environment, node: string, os: Os, most: number): string {
  const { delimiter, dirname } = pathsOf(os);
  const named = (env.PATH ?? env.Path ?? '').split(delimiter);
  const folders = [dirname(node), ...named].filter(
    (folder) => isAbsolutePath(folder, os) && !PASSING.test(folder),
  );
  const chosen: string[] = [];
  let length = 0;
  for (const folder of new Set(folders)) {
    length += folder.length + 1;
    if (length > most) break;
    chosen.push(folder);
  }
  return chosen.join(delimiter);
}
