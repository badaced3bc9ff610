/** Whether capture is paused, for those who have no time to load what understands the whole file. */
import { existsSync, readFileSync } from 'node:fs';
import type { HomeLayout } from '../project/home.ts';

/** True while `midturn pause` lasts. A file that cannot be understood counts as a pause, as it does everywhere. */
export function rests(layout: HomeLayout, now: number): boolean {
  let text: string;
  try {
    text = readFileSync(layout.pause, 'utf8');
  } catch {
    return existsSync(layout.pause);
  }
  try {
    const value: unknown = JSON.parse(text);
    const { since, until }: { since?: unknown; until?: unknown } = Object(value);
    if (typeof since !== 'string') return false;
    return typeof until !== 'string' || Date.parse(until) > now;
  } catch {
    return true;
  }
}
