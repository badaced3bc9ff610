// Tells a failing check that passed once the code under test was mended, which is everyday work, from a pitfall: of
// the environment, the configuration, a missing step, a wrong command, a dependency, a generated file.

/** Written by hand, and no configuration. */
const SOURCE =
  /\.(?:[cm]?[jt]sx?|py|pyi|rb|go|rs|java|kts?|scala|php|cs|fs|c|h|cc|cpp|hpp|m|mm|swift|ex|exs|erl|hs|clj|lua|dart|vue|svelte|css|scss|html?|sql|md)$/i;
const CONFIGURATION =
  /(?:^|\/)\.[\w-]+rc(?:\.\w+)?$|(?:^|[._/-])(?:config|conf|setup|conftest|settings|env|environment)(?:[._-][\w-]+)*\.\w+$|(?:^|\/)(?:generated|__generated__|gen|dist|build|vendor|node_modules|migrations?)\/|\.(?:gen|generated|d)\.\w+$|(?:^|\/)(?:setup|manage|noxfile|gulpfile|rakefile|webpack|vite|build)\.\w+$/i;
/** The cause lies outside of the code under test, whatever was edited. */
const OUTSIDE =
  /\b(?:ENOENT|EACCES|EPERM|EADDRINUSE|ECONN\w+|ETIMEDOUT|ENOTFOUND|ENOSPC|EMFILE|ERR_(?!ASSERTION|TEST_FAILURE)\w+|cannot find (?:module|package)|module ?not ?found\w*|no module named|could not resolve|command not found|no such (?:file|table|host|image)|permission denied|access denied|connection refused|(?:heap )?out of memory|timed? ?out|timeout|environment variable|env var|not installed|missing (?:dependency|peer|script|package|go\.sum)|unknown (?:option|flag|argument|command)|unrecogni[sz]ed (?:option|argument)|unsupported|incompatible|deprecated|requires? (?:node|python|java|a peer|version)|version mismatch|lockfile|certificate|ssl|tls|already (?:in use|allocated))\b/i;
/** In-place edits of files by a command. */
const EDITS =
  /^(?:sed (?:-[a-z.]+ )*-[a-z]*i|perl (?:-[a-z0-9]+ )*-[a-z]*[ip]|apply_patch|patch |ed |python3? -c |node -e |cat >|tee |printf |echo )/i;
const FORMATS =
  /^(?:npx |pnpm |yarn |bunx )?(?:prettier|biome|eslint|ruff|black|gofmt|rustfmt|cargo fmt|go fmt)(?: |$)/i;

const isSource = (path: string) => SOURCE.test(path) && !CONFIGURATION.test(path);

/** True for a command that does nothing but edit source files. */
function onlyEditsSource(command: string): boolean {
  return command.split(/&&|;(?=\s)/).every((part) => {
    const words = part.trim();
    if (FORMATS.test(words)) return true;
    if (!EDITS.test(words)) return false;
    const files = words.match(/[\w@./-]+\.\w{1,6}(?=['"\s]|$)/g) ?? [];
    return files.length > 0 && files.every(isSource);
  });
}

/**
 * True where nothing but sources was edited, and the error speaks of nothing else.
 * @param error what the failing command printed of the error
 */
export function isEverydayFix(error: string, files: readonly string[], commands: readonly string[]): boolean {
  return !OUTSIDE.test(error) && files.every(isSource) && commands.every(onlyEditsSource);
}
