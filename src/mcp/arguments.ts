/**
 * Checks a tool's arguments the way a model needs it: invented names are understood, numbers and lists sent as text
 * are taken, and an error says which argument, why, and what to send instead.
 */
import type * as z from 'zod';
import { UserInputError } from '../model/errors.ts';
import type { Tool } from './define-tool.ts';
import { plain } from './plain.ts';

/** The switches that are on, and the arguments without them. */
export function withoutSwitches<Shape extends z.ZodRawShape>(
  { unpublished = [] }: Tool<Shape>,
  raw: unknown,
): { switches: ReadonlySet<string>; published: unknown } {
  if (unpublished.length === 0 || typeof raw !== 'object' || raw === null || Array.isArray(raw))
    return { switches: new Set(), published: raw };
  const entries = Object.entries(raw);
  const isOn = ([key, value]: [string, unknown]) =>
    unpublished.includes(key) && (value === true || value === 'true');
  return {
    switches: new Set(entries.filter(isOn).map(([key]) => key)),
    published: Object.fromEntries(entries.filter(([key]) => !unpublished.includes(key))),
  };
}

/** @throws UserInputError that says which argument, why, and what to send instead */
export function checked<Shape extends z.ZodRawShape>(
  definition: Tool<Shape>,
  raw: unknown,
  input: z.ZodObject<Shape>,
): z.infer<z.ZodObject<Shape>> {
  if (raw !== undefined && raw !== null && (typeof raw !== 'object' || Array.isArray(raw))) {
    throw new UserInputError({
      what: `The arguments of ${definition.name} are not an object`,
      next: example(definition),
    });
  }
  const parsed = input.safeParse(normalised(definition, { ...raw }));
  if (parsed.success) return parsed.data;
  throw new UserInputError({
    what: `${definition.name} was called with wrong arguments`,
    why: parsed.error.issues.map((issue) => words(definition, issue)).join('; '),
    next: example(definition),
  });
}

function normalised<Shape extends z.ZodRawShape>(
  definition: Tool<Shape>,
  raw: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(raw)) {
    // Models send null and "" for what they leave out.
    if (value === null || value === undefined || (value === '' && isOptional(definition.input.shape[key])))
      continue;
    const known = key in definition.input.shape;
    const name = known ? key : (definition.aliases[key] ?? key);
    // An invented name beside the real one adds nothing.
    if (name !== key && raw[name] !== undefined && raw[name] !== null) continue;
    out[name] = fitted(kindOf(definition.input.shape[name]), value);
  }
  return out;
}

/** A number or a list that came as text, a single value where a list is wanted. */
export function fitted(kind: string | undefined, value: unknown): unknown {
  if (kind === 'number' && typeof value === 'string' && /^-?\d+(?:\.\d+)?$/.test(value.trim()))
    return Number(value);
  if (kind === 'boolean' && (value === 'true' || value === 'false')) return value === 'true';
  if (kind !== 'array' || Array.isArray(value)) return value;
  if (typeof value === 'string' && value.trim().startsWith('[')) {
    try {
      return JSON.parse(value);
    } catch {
      return [value];
    }
  }
  return typeof value === 'string' && /^\d+(?:\s*,\s*\d+)+$/.test(value)
    ? value.split(',').map(Number)
    : [value];
}

function kindOf(schema: unknown): string | undefined {
  if (typeof schema !== 'object' || schema === null || !('def' in schema)) return undefined;
  const { def } = schema;
  if (typeof def !== 'object' || def === null || !('type' in def)) return undefined;
  if ('innerType' in def) return kindOf(def.innerType);
  return typeof def.type === 'string' ? def.type : undefined;
}

/** Of unknown arguments; what follows them is what helps. */
const MOST_NAMED = 5;

/** Names are the sender's, and stand in one line of ours. */
function shortName(name: string): string {
  return plain(name).replace(/\s+/g, ' ').slice(0, 60);
}

function words<Shape extends z.ZodRawShape>(definition: Tool<Shape>, issue: z.core.$ZodIssue): string {
  const path = issue.path.join('.');
  if (issue.code === 'unrecognized_keys') {
    const keys = issue.keys.slice(0, MOST_NAMED).map((key) => `\`${shortName(key)}\``);
    const more = issue.keys.length - keys.length;
    const named = `${keys.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
    const known = Object.keys(definition.input.shape);
    const taken = known.length === 0 ? 'it takes none' : `the arguments are ${known.join(', ')}`;
    return `${named} ${issue.keys.length > 1 ? 'are' : 'is'} not known; ${taken}`;
  }
  if (issue.code === 'invalid_type' && issue.message.includes('received undefined'))
    return `\`${path}\` is missing`;
  return `\`${path}\`: ${issue.message}`;
}

function example<Shape extends z.ZodRawShape>({ name, input, example: given }: Tool<Shape>): string {
  if (given !== undefined) return `Call ${name}(${given})`;
  const required = Object.entries(input.shape).filter(([, schema]) => !isOptional(schema));
  const call = required.map(([key]) => `${key}: "…"`).join(', ');
  return `Call ${name}({${call}})`;
}

function isOptional(schema: unknown): boolean {
  return (
    typeof schema === 'object' && schema !== null && 'def' in schema && kindName(schema.def) === 'optional'
  );
}

function kindName(def: unknown): string | undefined {
  return typeof def === 'object' && def !== null && 'type' in def && typeof def.type === 'string'
    ? def.type
    : undefined;
}
