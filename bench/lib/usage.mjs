/** Something in the command line or the data named by it is wrong: said in one line, exit 2. */
import { readFileSync } from 'node:fs';

export class UsageError extends Error {}

/** @throws UsageError for a file that cannot be read */
export function readText(path, what) {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new UsageError(
      `${what} ${path} cannot be read: ${error.code === 'ENOENT' ? 'there is no such file' : error.message}`,
    );
  }
}

/** @throws UsageError for a file that cannot be read or is not JSON */
export function readJson(path, what) {
  const text = readText(path, what);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UsageError(`${what} ${path} is not JSON: ${error.message}`);
  }
}
