/**
 * Which captured calls may be a caller's own. Ids of calls are the models' and may come again in another session: where
 * it is known who calls, no other session's messages speak for the call.
 */

/**
 * A condition on the session `s` of a captured call: it is the caller's own, one that it has started (a sub-agent's
 * call carries its parent's name), or one that goes on with it.
 * @param known an SQL expression: the id of the caller's session, or NULL where none is known
 */
export function mayHoldCallOf(known: string): string {
  return `(${known} IS NULL OR s.id = ${known}
    OR EXISTS (SELECT 1 FROM session_links l WHERE l.session = s.row AND l.target = ${known}
      AND l.kind IN ('spawned_by', 'continues')))`;
}

/**
 * The same of a session of Claude Code that began in the caller's place, after its last message: `/clear` begins a new
 * session under a server that was told of the old one. Only where no other session holds a call of that id.
 */
export function tookPlaceOf(known: string, call: string): string {
  return `(EXISTS (SELECT 1 FROM sessions o WHERE o.id = ${known} AND s.client = 'claude-code' AND o.client = s.client
      AND s.project IS o.project AND s.started_at > o.last_at)
    AND NOT EXISTS (SELECT 1 FROM calls c2 JOIN messages m2 ON m2.row = c2.message
      WHERE c2.call_id = ${call} AND m2.session <> s.row))`;
}
