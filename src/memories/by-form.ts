/** What a person may decide in a form of their client, which an agent has brought up: less than at a terminal. */
import type { Caller } from '../model/caller.ts';
import { UserInputError } from '../model/errors.ts';
import { type Memory, REMOVAL_CLAIM } from '../model/memory.ts';
import { scanThreats } from '../text/threats.ts';
import { admittedText } from './terms.ts';

/** How a decision in a form is written down. */
export const BY_FORM = 'form';

/** Why no form may approve this record; null = one may. Whoever calls over the network needs the right to approve. */
export function refusalOfForm({ surface, rights }: Caller, memory: Memory): string | null {
  if (surface === 'http' && !rights.admin) return 'approving over the network needs the scope `admin`';
  if (memory.state !== 'waiting') return `it is ${memory.state}`;
  if (memory.claim === REMOVAL_CLAIM) return 'it would take another memory away';
  // Words that steer an agent may steer a person as well: these are read at a terminal, with their evidence.
  if (scanThreats(admittedText(memory)).length > 0) return 'it reads like an attempt to steer an agent';
  return null;
}

/** @throws UserInputError for what no form may approve */
export function requireApprovableByForm(caller: Caller, memory: Memory): void {
  const why = refusalOfForm(caller, memory);
  if (why === null) return;
  throw new UserInputError({
    what: `${memory.short} was not approved by a form`,
    why,
    next: `A person decides on it with \`midturn review approve ${memory.short}\` in a terminal`,
  });
}
