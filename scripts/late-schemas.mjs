/**
 * The MCP SDK makes all 140 schemas of a protocol at its first request, and needs one. Here each is made when it is
 * first looked at. Measured on Node 20: 5 ms of a start. The source is rewritten by its form, which is always the same;
 * where it is another one the build fails, as it does for an SDK that has changed.
 */

/** The functions that make a protocol's schemas, and how many constants stand in each. */
const makers = [
  { head: 'function build$1() {', constants: 143 },
  { head: 'function build() {', constants: 137 },
];
const helper = `
function __late(makers) {
  const late = {};
  for (const [key, make] of Object.entries(makers)) {
    let made;
    Object.defineProperty(late, key, { enumerable: true, get: () => (made ??= make()) });
  }
  return late;
}
`;

/** Throws where the source does not look as this was written for. */
export function lateSchemas(source) {
  let text = source;
  for (const { head, constants } of makers) {
    text = replaceFunction(text, head, (body) => lateConstants(body, constants));
  }
  return `${replaceFunction(text, 'function registryMaps() {', (body) => lateTables(body, '\t\t\t'))}${helper}`;
}

/** From its head to the brace at the margin. */
function replaceFunction(source, head, rewrite) {
  const from = source.indexOf(head);
  const to = source.indexOf('\n}\n', from);
  if (from === -1 || to === -1) throw new Error(`late-schemas found no ${head}: the SDK has changed`);
  const body = source.slice(from, to).replace(/^\s*\/\*\*[\s\S]*?\*\/\n/gm, '');
  return source.slice(0, from) + rewrite(body) + source.slice(to);
}

/** `const a = …;` becomes a function that makes it once, and each `a` a call of it. */
function lateConstants(body, expected) {
  const names = new Set([...body.matchAll(/^\tconst ([\w$]+) = /gm)].map(([, name]) => name));
  if (names.size !== expected)
    throw new Error(`late-schemas expected ${expected} schemas and found ${names.size}: the SDK has changed`);
  const returned = body.indexOf('\n\treturn {\n');
  const isKey = (code, at, end) =>
    /^\s*:/.test(code.slice(end, end + 80)) && /[{,]\s*$/.test(code.slice(Math.max(0, at - 80), at));
  const called = (code) =>
    code.replace(/(?<![\w$]|(?<!\.\.)\.)[A-Za-z_][\w$]*/g, (word, at) =>
      names.has(word) && !isKey(code, at, at + word.length) ? `${word}$late()` : word,
    );
  // A statement ends with the first line at its own depth that ends with a semicolon.
  const constants = body
    .slice(0, returned)
    .replace(
      /^\tconst ([\w$]+) = ((?:[^\n]*;$|[^\n]*\n(?:(?!\t\S[^\n]*;$)[^\n]*\n)*\t\S[^\n]*;$))/gm,
      (_, name, value) => {
        const made = name.includes('Schemas')
          ? lateTables(`\t\t_: ${value}`, '\t\t').slice('\t\t_: '.length)
          : value;
        return `\tlet ${name}$made; const ${name}$late = () => ${name}$made ??= ${called(made)}`;
      },
    );
  const functions = constants.replace(/^\tfunction [\s\S]*?^\t\}$/gm, called);
  return `${functions}${called(lateTables(body.slice(returned).replace('return {', '_: {'), '\t\t')).replace('_: ', 'return ')}`;
}

/** In objects whose keys stand at this depth, each value becomes a function that makes it. */
function lateTables(code, depth) {
  const outer = depth.slice(1);
  const table = new RegExp(`^(${outer}\\w+: |\\t\\t_: |\\t_: )\\{\\n([\\s\\S]*?)\\n${outer}\\}`, 'gm');
  return code.replace(table, (_, key, entries) => {
    const values = entries
      .split(new RegExp(`\\n(?=${depth}["\\w])`))
      .map((entry) => entry.replace(/^(\s*)(\w+)(,?)$/, '$1$2: $2$3'))
      .map((entry) => entry.replace(/^(\s*(?:"[^"]+"|\w+): )([\s\S]*?)(,?)$/, '$1() => ($2)$3'));
    return `${key}__late({\n${values.join('\n')}\n${outer}})`;
  });
}
