/** A disk in memory, for systems and failures that the machine running the tests does not have. */
import { type Disk, DiskError, type DiskStat } from '../../src/platform/disk.ts';
import { type Os, pathKey } from '../../src/platform/paths.ts';

export type FakeDisk = Disk & {
  /** Paths that were looked at, in order. */
  readonly asked: string[];
};

export type FakeFailure = { readonly path: string; readonly code: string };

/** Folders are made for the files given. `failures` answer with a code for that very path. */
export function fakeDisk(
  os: Os,
  files: Readonly<Record<string, string>>,
  failures: readonly FakeFailure[] = [],
): FakeDisk {
  const contents = new Map(Object.entries(files).map(([path, text]) => [pathKey(path, os), { path, text }]));
  const folders = new Map<string, string>();
  for (const path of Object.keys(files)) {
    const parts = path.split(os === 'win32' ? '\\' : '/');
    for (let end = 1; end < parts.length; end += 1) {
      const folder = parts.slice(0, end).join(os === 'win32' ? '\\' : '/') || '/';
      folders.set(pathKey(folder, os), folder);
    }
  }
  const asked: string[] = [];
  const check = (path: string) => {
    asked.push(path);
    const failure = failures.find((one) => pathKey(one.path, os) === pathKey(path, os));
    if (failure !== undefined) throw new DiskError(failure.code, path);
    return pathKey(path, os);
  };
  const stat = (path: string): DiskStat => {
    const key = check(path);
    const file = contents.get(key);
    if (file === undefined && !folders.has(key)) throw new DiskError('ENOENT', path);
    const ino = BigInt([...contents.keys(), ...folders.keys()].indexOf(key) + 1);
    const size = file?.text.length ?? 0;
    return {
      isFile: file !== undefined,
      isDirectory: file === undefined,
      dev: 1n,
      ino,
      size,
      birthtimeMs: 5,
      ctimeMs: 9,
    };
  };
  return {
    asked,
    async realpath(path) {
      const key = check(path);
      const found = contents.get(key)?.path ?? folders.get(key);
      if (found === undefined) throw new DiskError('ENOENT', path);
      return found;
    },
    async stat(path) {
      return stat(path);
    },
    async readText(path) {
      if (!stat(path).isFile) throw new DiskError('EINVAL', path);
      return contents.get(pathKey(path, os))?.text ?? '';
    },
  };
}
