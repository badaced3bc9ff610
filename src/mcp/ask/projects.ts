/** The projects that a caller over the network may choose among. */
import type { ToolCall } from '../define-tool.ts';

/** More of them nobody reads through; who has more names one by its name. */
const MOST = 20;

export async function offeredProjects({
  app,
  facts,
}: ToolCall): Promise<ReadonlyArray<{ readonly id: string; readonly name: string }>> {
  const { reach = null } = await app.caller(facts);
  const known = await (await app.projectDesk()).list();
  const offered = known.filter(({ id }) => reach === null || reach.some((each) => each === id));
  return offered.length > MOST ? [] : offered.map(({ id, name }) => ({ id, name }));
}
