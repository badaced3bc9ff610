/**
 * Esbuild plugin: keeps out of a start what the MCP SDK would do there and midturn needs later or never.
 * Measured on Node 20, spawn to `initialize` answered, with the code cache: 96 ms without it, 84 with it
 * (an empty Node: 61). An SDK that no longer looks as expected here is an error, not a slow start.
 */
import { readFileSync } from 'node:fs';
import { lateSchemas } from './late-schemas.mjs';

/** The SDK's JSON Schema validator, made when the first schema has to be checked (answers to a form). */
const validator = `
export class DefaultJsonSchemaValidator {
  #ajv;
  getValidator(schema) {
    if (this.#ajv === undefined) {
      const { AjvJsonSchemaValidator } = require('@modelcontextprotocol/server/validators/ajv');
      this.#ajv = new AjvJsonSchemaValidator();
    }
    return this.#ajv.getValidator(schema);
  }
}
export const process = globalThis.process;
`;

/** A schema at the top level of a module, up to where the next thing begins at the margin. */
const schema = /^const (\w+) = ((?:z\.|[A-Z]\w+Schema\.)[\s\S]*?);\n(?=[a-z/\n])/gm;

/** The loops that put every schema into `specTypeSchemas` and `isSpecType`, which midturn does not use. */
const registration = /^for \(const (?:key|\[key, schema\]) of .*register\(key, .*\);$/gm;

export const leanStart = {
  name: 'lean-start',
  setup(build) {
    build.onResolve({ filter: /^@modelcontextprotocol\/server\/_shims$/ }, ({ resolveDir }) => ({
      path: 'validator',
      namespace: 'lean-start',
      pluginData: resolveDir,
    }));
    // `import process from 'node:process'` becomes a copy of every property of `process`, getters run.
    build.onResolve({ filter: /^(?:node:)?process$/ }, ({ kind, importer, resolveDir }) =>
      kind === 'import-statement' && /[/\\]@modelcontextprotocol[/\\]/.test(importer)
        ? { path: 'process', namespace: 'lean-start', pluginData: resolveDir }
        : undefined,
    );
    build.onLoad({ filter: /.*/, namespace: 'lean-start' }, ({ path, pluginData }) => ({
      contents: path === 'validator' ? validator : 'export default globalThis.process;',
      resolveDir: pluginData,
    }));
    // Four fifths of the SDK's schemas are of no use to a server: marked as pure, they go unless something uses them.
    build.onLoad(
      { filter: /@modelcontextprotocol[/\\]core[/\\]dist[/\\]schemas-[^/\\]+\.mjs$/ },
      ({ path }) =>
        rewrite(
          path,
          schema,
          166,
          (_, name, value) => `const ${name} = /* @__PURE__ */ (() => ${value})();\n`,
        ),
    );
    build.onLoad({ filter: /@modelcontextprotocol[/\\]core[/\\]dist[/\\]auth-[^/\\]+\.mjs$/ }, ({ path }) =>
      rewrite(path, schema, 14, (_, name, value) => `const ${name} = /* @__PURE__ */ (() => ${value})();\n`),
    );
    build.onLoad({ filter: /@modelcontextprotocol[/\\]server[/\\]dist[/\\]src-[^/\\]+\.mjs$/ }, ({ path }) =>
      latened(rewrite(path, registration, 2, () => '')),
    );
  },
};

/** The same with schemas that are made when they are first looked at. */
function latened(loaded) {
  if (loaded.errors !== undefined) return loaded;
  try {
    return { contents: lateSchemas(loaded.contents) };
  } catch ({ message }) {
    return { errors: [{ text: message }] };
  }
}

/** Replaces every match; an error where their number is not the one this was written for. */
function rewrite(path, pattern, expected, replacement) {
  const source = readFileSync(path, 'utf8');
  const found = source.match(pattern)?.length ?? 0;
  return found === expected
    ? { contents: source.replace(pattern, replacement) }
    : {
        errors: [
          {
            text: `lean-start expected ${expected} matches of ${pattern} and found ${found}: the SDK has changed`,
          },
        ],
      };
}
