/** What a form can bring into force, and what is answered once a person has decided in it. */
import { messageOf, UserInputError } from '../../model/errors.ts';
import type { Memory } from '../../model/memory.ts';
import type { ToolAnswer, ToolCall } from '../define-tool.ts';
import type { Subject } from './seals.ts';
import { sealOf } from './words.ts';

type Approval = Extract<Subject, { kind: 'approve' }>;

export type Approvable = { readonly memory: Memory; readonly replaces: readonly Memory[] };

/** Null for what no form may decide on. */
export async function approvable({ app, facts }: ToolCall, id: string): Promise<Approvable | null> {
  return (await app.memories()).approvableByForm(await app.caller(facts), id);
}

/** By the service, as at a terminal. Only what was shown is approved. */
export async function approve(call: ToolCall, { id, seal }: Approval): Promise<ToolAnswer> {
  const found = await approvable(call, id);
  if (found === null) return undecided(id, 'a form cannot decide on it any more');
  const { memory, replaces } = found;
  if (sealOf(memory, replaces) !== seal) return undecided(id, 'it was changed since the form was shown');
  try {
    const caller = await call.app.caller(call.facts);
    const memories = await call.app.memories();
    const approved = await memories.decide(caller, memory.short, 'approve', 'form', '', {
      version: memory.version,
    });
    const replaced = replaces.map(({ short }) => short);
    const instead = replaced.length === 0 ? '' : ` in place of ${replaced.join(', ')}`;
    const { short, title, scope, origin } = approved;
    return {
      text: `Approved by the user in a form: ${short} (${scope}, origin ${origin}) is in force${instead}.`,
      structured: {
        status: replaced.length === 0 ? 'accepted' : 'replaced',
        id: short,
        title,
        scope,
        origin,
        ...(replaced.length === 0 ? {} : { replaced: replaced.join(', ') }),
        approved: 'form',
      },
    };
  } catch (error) {
    if (!(error instanceof UserInputError)) throw error;
    return undecided(id, messageOf(error));
  }
}

/** Nobody has approved it. */
export async function leftWaiting(call: ToolCall, id: string): Promise<ToolAnswer> {
  const found = await approvable(call, id);
  if (found === null) return undecided(id, 'a form cannot decide on it any more');
  const { short, title, scope, origin, reason } = found.memory;
  const why = reason ?? 'it needs a review';
  return {
    text: `Needs a person’s review before it is recalled: ${short} (${scope}, origin ${origin}): ${why}. It was not approved in the form; \`midturn review approve ${short}\` in a terminal does so.`,
    structured: {
      status: 'needs_review',
      id: short,
      title,
      scope,
      origin,
      reason: `${why}; not approved in the form: \`midturn review approve ${short}\` in a terminal does so`,
    },
  };
}

function undecided(id: string, why: string): ToolAnswer {
  return {
    text: `Nothing was approved: ${why}. ${id} stays as it is; a person sees it with \`midturn review show ${id}\` in a terminal.`,
    isError: true,
  };
}
