/** Where the token of `midturn serve` lies for clients of this machine. */
import { join } from 'node:path';
import type { Settings } from './configuration.ts';
import type { HomeLayout } from './home.ts';

export function tokenFileOf(
  { root }: Pick<HomeLayout, 'root'>,
  { token_file }: Pick<Settings['http'], 'token_file'>,
): string {
  return token_file ?? join(root, 'http-token');
}
