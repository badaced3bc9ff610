/** Part of migration 5: what lies in a project is found, and told of a row, without reading the rows themselves. */

/**
 * A message belongs to its own project, or to its session's where it has none. Ten bytes a message; the projects of
 * sessions and the places of memories are few.
 */
export const PLACES_SQL = `
CREATE INDEX messages_by_project ON messages(project);
CREATE INDEX messages_without_project ON messages(session) WHERE project IS NULL;
-- What is never shown, so that what is can be counted without reading it.
CREATE INDEX messages_hidden ON messages(project, session) WHERE state <> 'kept' OR kind = 'noise';
CREATE INDEX sessions_by_project ON sessions(project);
CREATE INDEX memories_by_place ON memories(scope, project);
`;
