/** What project identity reads of a file system, as an interface: tests give one that hangs, fails or is Windows. */
import { open, realpath, stat } from 'node:fs/promises';

export type DiskStat = {
  readonly isFile: boolean;
  readonly isDirectory: boolean;
  readonly dev: bigint;
  readonly ino: bigint;
  /** Bytes. */
  readonly size: number;
  readonly birthtimeMs: number;
  readonly ctimeMs: number;
};

export interface Disk {
  /** The path without symbolic links, in the spelling the disk has. */
  realpath(path: string): Promise<string>;
  /** Follows symbolic links. */
  stat(path: string): Promise<DiskStat>;
  /**
   * The text of a regular file. Anything else (a pipe would never end) fails with `EINVAL`, a file of more than
   * `limit` bytes with `EFBIG`.
   */
  readText(path: string, limit: number): Promise<string>;
}

/** An error with a file system's code, for what the system itself would have let pass. */
export class DiskError extends Error {
  readonly code: string;

  constructor(code: string, path: string) {
    super(`${code}: ${path}`);
    this.name = 'DiskError';
    this.code = code;
  }
}

/** The disks of this machine. */
export const nodeDisk: Disk = {
  realpath: (path) => realpath(path),
  async stat(path) {
    const found = await stat(path, { bigint: true });
    return {
      isFile: found.isFile(),
      isDirectory: found.isDirectory(),
      dev: found.dev,
      ino: found.ino,
      size: Number(found.size),
      birthtimeMs: Number(found.birthtimeMs),
      ctimeMs: Number(found.ctimeMs),
    };
  },
  async readText(path, limit) {
    const found = await this.stat(path);
    if (!found.isFile) throw new DiskError('EINVAL', path);
    if (found.size > limit) throw new DiskError('EFBIG', path);
    const file = await open(path, 'r');
    try {
      return await file.readFile('utf8');
    } finally {
      await file.close();
    }
  },
};

/** What is the same after a folder was moved or renamed on its disk. */
export type FileIdentity = {
  /** Decimal. */
  readonly dev: string;
  readonly ino: string;
  /** Null where the file system does not keep it. */
  readonly birthtimeMs: number | null;
};

/**
 * The identity of a file or folder. A birth time equal to the change time is not believed: Node reports the change
 * time where a file system keeps no birth time.
 */
export function fileIdentity(found: DiskStat): FileIdentity {
  const born = found.birthtimeMs > 0 && found.birthtimeMs !== found.ctimeMs;
  return {
    dev: found.dev.toString(),
    ino: found.ino.toString(),
    birthtimeMs: born ? found.birthtimeMs : null,
  };
}
