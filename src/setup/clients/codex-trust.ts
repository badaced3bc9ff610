/** Whether Codex runs our hooks: only its own app-server knows, which compares what it trusts with what is there now. */
import type { Finding } from '../../store/health.ts';
import { isList, isObject, isOurs, type JsonObject } from '../marks.ts';
import type { Program, World } from '../types.ts';

/** Measured: 0.3 to 1 s. */
const PATIENCE_MS = 8_000;
const FIX = 'Start codex, type /hooks and trust what midturn has added';

export async function hookTrust(world: World, program: Program): Promise<Finding> {
  const id = 'codex.trust';
  const hooks = await listed(world);
  if (hooks === 'missing')
    return {
      id,
      status: 'warn',
      words: 'Whether Codex trusts the hooks cannot be told: there is no codex program on the PATH',
      fix: FIX,
    };
  if (hooks === null)
    return {
      id,
      status: 'warn',
      words: 'Whether Codex trusts the hooks could not be asked: codex did not answer',
      fix: FIX,
    };
  const own = hooks.filter((hook) =>
    isOurs({ ...hook, type: hook.handlerType === 'mcpTool' ? 'mcp_tool' : 'command' }, program),
  );
  const waiting = own.filter(({ trustStatus }) => trustStatus !== 'trusted' && trustStatus !== 'managed');
  if (own.length === 0)
    return { id, status: 'warn', words: 'Codex lists no hook of midturn', fix: 'midturn setup codex' };
  const off = own.filter(({ enabled }) => enabled === false);
  if (waiting.length === 0 && off.length > 0)
    return {
      id,
      status: 'warn',
      words: `Codex skips ${off.length} of ${own.length} hooks of midturn: they are switched off there`,
      fix: 'Start codex, type /hooks and switch on what midturn has added',
    };
  if (waiting.length === 0) return { id, status: 'ok', words: `Codex trusts the ${own.length} hooks` };
  return {
    id,
    status: 'warn',
    words: `Codex skips ${waiting.length} of ${own.length} hooks of midturn: they are not trusted yet`,
    fix: FIX,
  };
}

type Listed = { readonly [key: string]: unknown };

/** Null where Codex does not answer. */
async function listed(world: World): Promise<readonly Listed[] | 'missing' | null> {
  const messages = [
    {
      id: 1,
      method: 'initialize',
      params: { clientInfo: { name: 'midturn', title: 'midturn', version: '1' } },
    },
    { method: 'initialized' },
    { id: 2, method: 'hooks/list', params: { cwds: [world.cwd] } },
  ];
  const answer = await world.talk?.(
    ['codex', 'app-server'],
    messages.map((message) => JSON.stringify(message)),
    (lines) => lines.some((line) => isAnswer(parsed(line))),
    PATIENCE_MS,
  );
  if (answer === undefined) return null;
  if (answer === null) return 'missing';
  for (const line of answer.answers) {
    const message = parsed(line);
    if (!isAnswer(message) || !isObject(message.result) || !isList(message.result.data)) continue;
    return message.result.data.flatMap((each) =>
      isObject(each) && isList(each.hooks) ? each.hooks.filter(isObject) : [],
    );
  }
  return null;
}

function isAnswer(message: unknown): message is JsonObject {
  return isObject(message) && message.id === 2;
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
