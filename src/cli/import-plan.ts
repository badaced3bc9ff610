/** What an import would read, as it is shown before it begins: files and sizes by client, files by project. */
import type { App } from '../app/app.ts';
import type { Discovery } from '../capture/index.ts';
import { clean } from '../text/clean.ts';
import { columns, counted, size } from './layout.ts';

/** Looking into every file of a long history would keep a person waiting. */
const PEEKED_FILES = 500;
const SHOWN_PROJECTS = 20;
const UNKNOWN = '(no folder named)';

export type PlanSummary = {
  readonly clients: ReadonlyArray<{
    readonly client: string;
    readonly files: number;
    readonly bytes: number;
  }>;
  /** Of the newest files, by the name of the project that they are about; most files first. */
  readonly projects: ReadonlyArray<{
    readonly project: string;
    readonly files: number;
    readonly bytes: number;
  }>;
  /** Files that were looked into for `projects`. */
  readonly peeked: number;
};

type Tally = { files: number; bytes: number };

export async function summarise(plan: Discovery, peek: App['peekProject']): Promise<PlanSummary> {
  const clients = new Map<string, Tally>();
  for (const { adapter, bytes } of plan.files) add(clients, adapter.client, bytes);
  const newest = plan.files.toSorted((a, b) => b.modifiedAt - a.modifiedAt).slice(0, PEEKED_FILES);
  const projects = new Map<string, Tally>();
  for (const { file, bytes } of newest) add(projects, (await peek(file.path)) ?? UNKNOWN, bytes);
  return {
    clients: [...clients].map(([client, tally]) => ({ client, ...tally })),
    projects: [...projects]
      .map(([project, tally]) => ({ project, ...tally }))
      .sort((a, b) => b.files - a.files),
    peeked: newest.length,
  };
}

export function planLines(plan: Discovery, { clients, projects, peeked }: PlanSummary): string[] {
  const bytes = plan.files.reduce((sum, file) => sum + file.bytes, 0);
  const rows = (each: PlanSummary['projects']): string[] =>
    columns(
      each.map((row) => [clean(row.project), row.files, row.files === 1 ? 'file' : 'files', size(row.bytes)]),
    );
  const rest = projects.length - SHOWN_PROJECTS;
  return [
    `Found ${counted(plan.files.length, 'transcript')}, ${size(bytes)}:`,
    '',
    ...rows(clients.map(({ client, ...tally }) => ({ project: client, ...tally }))),
    '',
    peeked < plan.files.length ? `By project, of the newest ${counted(peeked, 'file')}:` : 'By project:',
    '',
    ...rows(projects.slice(0, SHOWN_PROJECTS)),
    ...(rest > 0 ? [`  and ${counted(rest, 'more project', 'more projects')}`] : []),
    ...unfitLines(plan),
  ];
}

function unfitLines({ unfit }: Discovery): string[] {
  if (unfit.length === 0) return [];
  return [
    '',
    'Cannot be read:',
    ...unfit.slice(0, SHOWN_PROJECTS).map(({ path, reason }) => `  ${clean(path)}: ${clean(reason)}`),
  ];
}

function add(tallies: Map<string, Tally>, name: string, bytes: number): void {
  const { files, bytes: before } = tallies.get(name) ?? { files: 0, bytes: 0 };
  tallies.set(name, { files: files + 1, bytes: before + bytes });
}
