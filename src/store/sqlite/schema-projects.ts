/** Part of migration 4: when projects were joined, and which ones a person took apart again. */
export const PROJECTS = `
CREATE TABLE project_joins (member INTEGER PRIMARY KEY REFERENCES projects(row), at INTEGER NOT NULL) STRICT;
-- Two that a person took apart are not joined again unasked. The smaller row stands first.
CREATE TABLE project_splits (
  one INTEGER NOT NULL REFERENCES projects(row), other INTEGER NOT NULL REFERENCES projects(row), at INTEGER NOT NULL,
  PRIMARY KEY (one, other)
) STRICT, WITHOUT ROWID;
`;
