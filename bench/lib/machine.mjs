/** What the figures were measured on. No name of the machine, and no path of it. */
import { cpus, loadavg, release, totalmem, type } from 'node:os';

export function machine() {
  const [first] = cpus();
  return {
    cpu: first?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memoryGB: Math.round(totalmem() / 2 ** 30),
    system: `${type()} ${release().split('-')[0]}`,
    node: process.version,
    /** Of the last minute: this program and all else on the machine. */
    load: loadavg()[0],
  };
}
