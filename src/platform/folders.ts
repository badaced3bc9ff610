/**
 * Folders with their parents. Node's own `recursive` never ends on a disk that answers "no such file" to the making of
 * a folder whose parent is there (`/proc`, some network and sandbox mounts): here that is an error like any other.
 */
import { mkdirSync, statSync } from 'node:fs';
import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { codeOf } from '../model/errors.ts';

/** Makes what is missing of the path; one that is there stays as it is. @throws the file system's error */
export async function makeFolders(path: string, mode: number): Promise<void> {
  try {
    await mkdir(path, { mode });
  } catch (error) {
    if (codeOf(error) === 'ENOENT' && !(await isFolder(dirname(path))) && dirname(path) !== path) {
      await makeFolders(dirname(path), mode);
      await makeOne(path, mode);
    } else if (!(await isFolder(path))) throw error;
  }
}

/** The same for those who cannot wait. @throws the file system's error */
export function makeFoldersSync(path: string, mode: number): void {
  try {
    mkdirSync(path, { mode });
  } catch (error) {
    const parent = dirname(path);
    if (codeOf(error) === 'ENOENT' && parent !== path && !isFolderSync(parent)) {
      makeFoldersSync(parent, mode);
      makeOneSync(path, mode);
    } else if (!isFolderSync(path)) throw error;
  }
}

/** Another process may have been first. */
async function makeOne(path: string, mode: number): Promise<void> {
  try {
    await mkdir(path, { mode });
  } catch (error) {
    if (!(await isFolder(path))) throw error;
  }
}

function makeOneSync(path: string, mode: number): void {
  try {
    mkdirSync(path, { mode });
  } catch (error) {
    if (!isFolderSync(path)) throw error;
  }
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    // Whatever keeps it from being seen, it cannot be used as one.
    return false;
  }
}

function isFolderSync(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
