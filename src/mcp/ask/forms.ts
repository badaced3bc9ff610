/**
 * Forms: what a call leaves to a person is asked of them in their own client, where it shows forms, after the call has
 * done its work. Since 2026-07-28 the client calls again with the answer; before that it is asked inside the call.
 * A bundle of its own, loaded with the first form.
 */
import { createHash } from 'node:crypto';
import { type InputRequiredResult, inputRequired } from '@modelcontextprotocol/server';
import * as z from 'zod';
import { codeOf, messageOf } from '../../model/errors.ts';
import { type ProjectId, projectId } from '../../model/ids.ts';
import type { Underway } from '../calling.ts';
import type { Question, ToolAnswer, ToolCall } from '../define-tool.ts';
import { plain } from '../plain.ts';
import { approvable, approve, leftWaiting } from './approving.ts';
import { Declined } from './declined.ts';
import { offeredProjects } from './projects.ts';
import { type Asked, Seals, type Subject } from './seals.ts';
import { APPROVE, approveForm, type Form, LEAVE, projectForm, sealOf, shownOf, whichForm } from './words.ts';

/** The one form of a round. */
const FORM = 'form';
/** An answer is put together after the form. */
const AFTER_FORM_MS = 2000;

type Answered = ToolAnswer | InputRequiredResult;

const Response = z.object({
  action: z.enum(['accept', 'decline', 'cancel']),
  content: z.record(z.string(), z.unknown()).optional(),
});
/** Null = nobody has decided. */
type Choice = string | null;

const seals = new Seals();
const declined = new Declined();

/** A tool's question; its answer stands where it cannot be asked or nobody decides. */
export async function ask(
  request: Underway,
  call: ToolCall,
  question: Question,
  answer: ToolAnswer,
): Promise<Answered> {
  const prepared = await prepare(request, call, question);
  return prepared === null ? answer : put(request, call, prepared);
}

/** Which project the call is about, of those that the caller may see. */
export async function askProject(request: Underway, call: ToolCall): Promise<Answered> {
  const { tool, args } = request;
  const projects = await offeredProjects(call);
  if (projects.length < 2) return tool.call(args, call);
  return put(request, call, {
    form: projectForm(projects, tool.name),
    subject: { kind: 'project', candidates: projects.map(({ id }) => id) },
  });
}

/** A call that comes with the answer to a form. What is no answer to an open form of this caller changes nothing. */
export async function answered(request: Underway, call: ToolCall): Promise<Answered> {
  const { context, tool, args } = request;
  const redeemed = await seals.redeem(context.mcpReq.requestState(), callerOf(request, call), context);
  if ('refused' in redeemed) return refusal(tool.name, redeemed.refused);
  const { asked } = redeemed;
  if (asked.tool !== tool.name || asked.args !== hashOf(args))
    return refusal(tool.name, 'the form belongs to another call');
  const response = Response.safeParse(context.mcpReq.inputResponses?.[FORM]);
  if (!response.success) return refusal(tool.name, 'no answer to the form came with it');
  return resume(request, withProject(call, asked.project), asked.subject, choiceOf(response.data));
}

type Prepared = { readonly form: Form; readonly subject: Subject };

async function prepare({ args }: Underway, call: ToolCall, question: Question): Promise<Prepared | null> {
  if (question.kind === 'which') {
    const { argument, candidates } = question;
    return {
      form: whichForm(argument, candidates, textField(args, 'content') ?? ''),
      subject: { kind: 'which', argument, candidates: candidates.map(({ id }) => id) },
    };
  }
  const found = await approvable(call, question.id);
  if (found === null) return null;
  const { memory, replaces } = found;
  const shown = shownOf(memory, replaces);
  const form = declined.has(shown) ? null : approveForm(memory, replaces);
  if (form === null) return null;
  const seal = sealOf(memory, replaces);
  return { form, subject: { kind: 'approve', id: memory.short, shown, seal } };
}

/** Shows the form: by the answer of this round, or by a question to the client while the call waits. */
async function put(request: Underway, call: ToolCall, { form, subject }: Prepared): Promise<Answered> {
  const { context, tool, args } = request;
  const caller = callerOf(request, call);
  const project = call.facts.projectId ?? null;
  const asked: Asked = { tool: tool.name, args: hashOf(args), project, subject };
  const state = await seals.mint(asked, caller, context);
  if (context.mcpReq.envelope !== undefined) {
    return inputRequired({
      inputRequests: { [FORM]: inputRequired.elicit(form) },
      requestState: state,
    });
  }
  const choice = await chosen(request, form);
  // Its time may be up by now, as anybody's.
  const redeemed = await seals.redeem(state, caller, context);
  if ('refused' in redeemed) return refusal(tool.name, redeemed.refused);
  return resume(request, call, subject, choice);
}

/** Up to 2025-11-25 the client is asked while its own request waits, whose time is not ours to stretch. */
async function chosen({ app, context, log, limits, time }: Underway, form: Form): Promise<Choice> {
  const timeout = Math.max(1, Math.min(limits.formMs, time.left - AFTER_FORM_MS));
  try {
    const { signal, send } = context.mcpReq;
    const params = { mode: 'form', ...form };
    return choiceOf(
      Response.parse(await send({ method: 'elicitation/create', params }, { timeout, signal })),
    );
  } catch (error) {
    // The answer says what to run instead. A person may be away; a client that shows no form after all is at fault.
    if (context.mcpReq.signal.aborted || codeOf(error) === 'REQUEST_TIMEOUT') return null;
    log(`midturn: a form was not answered: ${plain(messageOf(error))}`);
    app.failed('form');
    return null;
  }
}

async function resume(
  request: Underway,
  call: ToolCall,
  subject: Subject,
  choice: Choice,
): Promise<Answered> {
  const { tool, args, connection } = request;
  switch (subject.kind) {
    case 'approve':
      if (choice === APPROVE) return approve(call, subject);
      if (choice !== null) declined.add(subject.shown);
      return leftWaiting(call, subject.id);
    case 'which': {
      const id = picked(subject.candidates, choice);
      if (id === null) return nothingChosen(subject.argument, subject.candidates);
      const again = { ...fieldsOf(args), [subject.argument]: id };
      return goOn(request, call, await tool.call(again, call));
    }
    case 'project': {
      const id = picked(
        subject.candidates.map((each) => each.slice(0, 8)),
        choice,
      );
      const project = subject.candidates.find((each) => id !== null && each.startsWith(id));
      if (project === undefined) return tool.call(args, call);
      connection.project = projectId(project);
      const placed = withProject(call, project);
      return goOn(request, placed, await tool.call(args, placed));
    }
  }
}

/** What was chosen may lead to a question of its own. */
function goOn(request: Underway, call: ToolCall, answer: ToolAnswer): Promise<Answered> | ToolAnswer {
  return answer.question === undefined ? answer : ask(request, call, answer.question, answer);
}

/** A choice begins with the id that it stands for. */
function picked(ids: readonly string[], choice: Choice): string | null {
  return ids.find((id) => choice === id || choice?.startsWith(`${id} · `) === true) ?? null;
}

function choiceOf({ action, content }: z.infer<typeof Response>): Choice {
  if (action === 'decline') return LEAVE;
  const choice = content?.choice;
  return action === 'accept' && typeof choice === 'string' ? choice : null;
}

function nothingChosen(argument: string, ids: readonly string[]): ToolAnswer {
  const reason = `nothing was stored: \`${argument}\` fits several memories (${ids.join(', ')}), and the user chose none of them in the form; send one id if they name it, or leave \`${argument}\` out`;
  return { text: `Rejected: ${reason}.`, structured: { status: 'rejected', reason } };
}

function refusal(tool: string, why: string): ToolAnswer {
  return {
    text: `${tool} took no answer to a form: ${why}. Nothing was approved or changed by it, and what was stored before stays as it is. Call ${tool} again without it; a person decides with \`midturn review\` in a terminal.`,
    isError: true,
  };
}

/** Over stdio and in a session, the connection; over HTTP the token as well. */
function callerOf({ connection, context }: Underway, { facts }: ToolCall): string {
  const { surface, token = null, externalSession } = facts;
  const place = surface === 'http' ? (context.sessionId ?? null) : connection.id;
  return JSON.stringify([surface, token, place, externalSession]);
}

function withProject(call: ToolCall, project: ProjectId | string | null): ToolCall {
  if (project === null) return call;
  return { ...call, facts: { ...call.facts, projectId: projectId(project) } };
}

/** The same arguments in another order are the same. */
function hashOf(args: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify(sorted(args)) ?? '')
    .digest('base64url');
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return entries.map(([key, each]): [string, unknown] => [key, sorted(each)]);
}

function fieldsOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}

function textField(value: unknown, key: string): string | null {
  const found = fieldsOf(value)[key];
  return typeof found === 'string' ? found : null;
}
