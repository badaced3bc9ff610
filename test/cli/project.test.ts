/** midturn project: folders as they are written in a shell. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { at, commandLine } from './command-line.ts';

it('takes a folder by its path from here, and makes no project of one that is not there', async () => {
  const cli = commandLine();
  const other = join(cli.folder, 'other');
  mkdirSync(join(other, '.git'), { recursive: true });
  expect((await cli.midturn('project show .')).out).toContain(cli.project);
  expect((await cli.midturn('project join ../other .')).code).toBe(0);
  const joined = (await cli.midturn('project list --json')).json;
  expect(at(joined, 'projects', 0, 'joined', 0, 'paths')).toEqual([other]);
  expect((await cli.midturn('project split ../other')).code).toBe(0);
  for (const words of ['project show ../none', 'project join ../none .', 'project split ./none'])
    expect((await cli.midturn(words)).err).toMatch(/There is no project .*none/);
  const listed = at((await cli.midturn('project list --json')).json, 'projects');
  expect(listed).toHaveLength(2);
  expect(JSON.stringify(listed)).not.toContain('../');
});
