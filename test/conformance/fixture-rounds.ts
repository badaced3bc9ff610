/** The tools and the prompt of the official suite that need several rounds (2026-07-28): what is missing is the answer. */
import { randomBytes } from 'node:crypto';
import {
  acceptedContent,
  CLIENT_CAPABILITIES_META_KEY,
  createRequestStateCodec,
  type InputRequests,
  inputRequired,
  inputResponse,
  type McpServer,
  type ServerContext,
} from '@modelcontextprotocol/server';
import * as z from 'zod';
import { textAnswer, userSays } from './fixture-content.ts';

type Step = { readonly step: number };

const states = createRequestStateCodec<Step>({ key: randomBytes(32) });

/** Refuses a state that this server has not signed. */
export const requestState = { verify: states.verify };

const Named = z.object({ name: z.string() });
const Coloured = z.object({ color: z.string() });
const Confirmed = z.object({ ok: z.boolean() });
const Context = z.object({ context: z.string() });

const form = (message: string, requestedSchema: z.ZodObject) =>
  inputRequired.elicit({ message, requestedSchema });
const question = (text: string, maxTokens: number) =>
  inputRequired.createMessage({ messages: [userSays(text)], maxTokens });

export function registerRounds(server: McpServer): void {
  registerOneRound(server);
  registerStates(server);
  registerCapabilities(server);

  server.registerPrompt(
    'test_input_required_result_prompt',
    { description: 'Asks the person first' },
    ({ mcpReq }) => {
      const answer = acceptedContent(mcpReq.inputResponses, 'user_context', Context);
      if (answer !== undefined) return { messages: [userSays(`The context is ${answer.context}.`)] };
      return inputRequired({
        inputRequests: { user_context: form('What context should the prompt use?', Context) },
      });
    },
  );
}

function registerOneRound(server: McpServer): void {
  const whoIsIt = ({ mcpReq }: ServerContext) => {
    const answer = acceptedContent(mcpReq.inputResponses, 'user_name', Named);
    if (answer !== undefined) return textAnswer(`Hello, ${answer.name}!`);
    return inputRequired({ inputRequests: { user_name: form('What is your name?', Named) } });
  };
  server.registerTool('test_input_required_result_elicitation', { description: 'Asks for a name' }, whoIsIt);
  server.registerTool('test_streaming_elicitation', { description: 'Asks on its stream' }, whoIsIt);

  server.registerTool(
    'test_input_required_result_sampling',
    { description: "Asks the client's model" },
    ({ mcpReq }) => {
      const answer = inputResponse(mcpReq.inputResponses, 'capital_question');
      if (answer.kind === 'sampling') return textAnswer(JSON.stringify(answer.result.content));
      return inputRequired({
        inputRequests: { capital_question: question('What is the capital of France?', 100) },
      });
    },
  );
  server.registerTool(
    'test_input_required_result_list_roots',
    { description: 'Asks for the roots' },
    ({ mcpReq }) => {
      const answer = inputResponse(mcpReq.inputResponses, 'client_roots');
      if (answer.kind === 'roots')
        return textAnswer(`Roots: ${answer.roots.map(({ uri }) => uri).join(', ')}`);
      return inputRequired({ inputRequests: { client_roots: inputRequired.listRoots() } });
    },
  );
}

function registerStates(server: McpServer): void {
  const confirmed = async ({ mcpReq }: ServerContext) => {
    const answer = acceptedContent(mcpReq.inputResponses, 'confirm', Confirmed);
    if (answer !== undefined && mcpReq.requestState<Step>()?.step === 1) return textAnswer('state-ok');
    return inputRequired({
      inputRequests: { confirm: form('Please confirm', Confirmed) },
      requestState: await states.mint({ step: 1 }),
    });
  };
  for (const name of ['request_state', 'tampered_state'])
    server.registerTool(
      `test_input_required_result_${name}`,
      { description: 'Keeps its state with the client' },
      confirmed,
    );

  server.registerTool(
    'test_input_required_result_multiple_inputs',
    { description: 'Asks for three things at once' },
    async ({ mcpReq }) => {
      const responses = mcpReq.inputResponses;
      const name = acceptedContent(responses, 'user_name', Named);
      const greeting = inputResponse(responses, 'greeting');
      const roots = inputResponse(responses, 'client_roots');
      if (name !== undefined && greeting.kind === 'sampling' && roots.kind === 'roots')
        return textAnswer(`${name.name} has ${roots.roots.length} roots.`);
      return inputRequired({
        inputRequests: {
          user_name: form('What is your name?', Named),
          greeting: question('Generate a greeting', 50),
          client_roots: inputRequired.listRoots(),
        },
        requestState: await states.mint({ step: 1 }),
      });
    },
  );

  server.registerTool(
    'test_input_required_result_multi_round',
    { description: 'Asks twice' },
    async ({ mcpReq }) => {
      const step = mcpReq.requestState<Step>()?.step ?? 0;
      const color = acceptedContent(mcpReq.inputResponses, 'step2', Coloured);
      if (step === 2 && color !== undefined) return textAnswer(`The color is ${color.color}.`);
      const name = acceptedContent(mcpReq.inputResponses, 'step1', Named);
      if (step === 2 || (step === 1 && name !== undefined))
        return inputRequired({
          inputRequests: { step2: form('Step 2: What is your favorite color?', Coloured) },
          requestState: await states.mint({ step: 2 }),
        });
      return inputRequired({
        inputRequests: { step1: form('Step 1: What is your name?', Named) },
        requestState: await states.mint({ step: 1 }),
      });
    },
  );
}

function registerCapabilities(server: McpServer): void {
  server.registerTool(
    'test_input_required_result_capabilities',
    { description: 'Asks for what the client can do' },
    ({ mcpReq }) => {
      const sent: unknown = Reflect.get(mcpReq.envelope ?? {}, CLIENT_CAPABILITIES_META_KEY);
      const has = (name: string): boolean => typeof sent === 'object' && sent !== null && name in sent;
      const inputRequests: InputRequests = {
        ...(has('sampling') ? { greeting: question('Generate a greeting', 50) } : {}),
        ...(has('elicitation') ? { user_name: form('What is your name?', Named) } : {}),
      };
      if (Object.keys(inputRequests).length === 0) return textAnswer('The client can do nothing of it.');
      return inputRequired({ inputRequests });
    },
  );
  server.registerTool(
    'test_missing_capability',
    { description: "Cannot do without the client's model" },
    () => inputRequired({ inputRequests: { needed: question('Say something', 10) } }),
  );
}
