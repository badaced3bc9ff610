/** A home with fake clients beside it: a server and a `codex` that are small scripts, wired by setup's own hand. */
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, expect } from 'vitest';
import { App } from '../../src/app/app.ts';
import { examine, type Patient, type Wishes } from '../../src/app/doctor/index.ts';
import { worldOf } from '../../src/app/doctor/world.ts';
import { applyChanges } from '../../src/setup/apply.ts';
import { planClient } from '../../src/setup/changes.ts';
import { WIRINGS } from '../../src/setup/clients/index.ts';
import { programOf } from '../../src/setup/install-program.ts';
import type { ClientId } from '../../src/setup/types.ts';
import type { Finding } from '../../src/store/health.ts';
import { tempFolder } from './temp-store.ts';

const open: Array<() => void> = [];
afterEach(() => {
  for (const close of open.splice(0)) close();
});

/** Answers as the server does; `started` is written where it runs. */
const SERVER = `
const { appendFileSync } = require('node:fs');
appendFileSync(__dirname + '/started', process.argv.slice(2).join(' ') + '\\n');
require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
  const { id, method } = JSON.parse(line);
  if (id === undefined) return;
  const result = method === 'initialize'
    ? { protocolVersion: '2025-11-25', capabilities: {}, serverInfo: { name: 'midturn', version: '1' } }
    : { content: [{ type: 'text', text: 'Nothing is stored.' }] };
  setTimeout(() => console.log(JSON.stringify({ jsonrpc: '2.0', id, result })), DELAY);
});
`;

/** As Codex does, it answers \`hooks/list\` only while its input is open. */
const CODEX = `
const { appendFileSync, readFileSync } = require('node:fs');
appendFileSync(__dirname + '/asked', 'x');
let open = true;
process.stdin.on('end', () => { open = false; process.exit(); });
require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
  const { id, method } = JSON.parse(line);
  if (method === 'initialize') console.log(JSON.stringify({ id, result: { userAgent: 'fake' } }));
  if (method !== 'hooks/list') return;
  const hooks = JSON.parse(readFileSync(__dirname + '/hooks.json', 'utf8'));
  setTimeout(() => open && console.log(JSON.stringify({ id, result: { data: [{ cwd: '/', hooks }] } })), 30);
});
`;

export type DoctorWorld = {
  readonly app: App;
  readonly osHome: string;
  readonly home: string;
  readonly launcher: string;
  /** In the user's home folder. */
  readonly write: (path: string, text: string) => string;
  /** Which of the fake programs have run. */
  readonly ran: () => { readonly server: boolean; readonly codex: boolean };
  readonly examine: (wishes?: Partial<Wishes>, more?: Pick<Patient, 'worker'>) => ReturnType<typeof examine>;
  /** The findings of one id. */
  readonly look: (id: string, wishes?: Partial<Wishes>) => Promise<readonly Finding[]>;
};

type Place = {
  readonly clients?: readonly ClientId[];
  /** How Codex answers: the trust of each hook; absent = there is no such program. */
  readonly trust?: readonly string[];
  readonly delayMs?: number;
  readonly now?: () => number;
  readonly config?: string;
};

export async function doctorWorld(place: Place = {}): Promise<DoctorWorld> {
  const { clients = [], trust, delayMs = 0, now = Date.now, config = '' } = place;
  const osHome = tempFolder();
  const [home, bin] = [join(osHome, '.midturn'), join(osHome, 'bin')];
  const launcher = join(home, 'app', 'midturn.cjs');
  const write = (path: string, text: string): string => {
    const full = join(osHome, path);
    mkdirSync(dirname(full), { recursive: true, mode: 0o700 });
    writeFileSync(full, text, { mode: 0o600 });
    return full;
  };
  write('.midturn/config.toml', config);
  write('.midturn/app/midturn.cjs', SERVER.replace('DELAY', String(delayMs)));
  if (trust !== undefined) {
    const hooks = trust.map((trustStatus) => ({
      handlerType: 'command',
      command: `${process.execPath} ${launcher} stop-review`,
      trustStatus,
    }));
    write('bin/hooks.json', JSON.stringify(hooks));
    chmodSync(write('bin/codex', `#!${process.execPath}\n${CODEX}`), 0o700);
  }
  const env = { HOME: osHome, MIDTURN_HOME: home, PATH: bin };
  const app = new App({ env, cwd: osHome, version: '0.0.0', now });
  open.push(() => app.close());
  const patient = (wishes: Partial<Wishes>): Patient => ({
    app,
    env,
    osHome,
    wishes: { rebuild: false, fix: false, starts: true, ...wishes },
  });
  if (clients.length > 0) await wire(patient({ starts: false }), clients);
  return {
    app,
    osHome,
    home,
    launcher,
    write,
    ran: () => ({
      server: existsSync(join(home, 'app', 'started')),
      codex: existsSync(join(bin, 'asked')),
    }),
    examine: (wishes = {}, more = {}) => examine({ ...patient(wishes), ...more }),
    look: async (id, wishes = {}) => {
      const { checks } = await examine(patient({ starts: false, ...wishes }));
      return checks.filter((check) => check.id === id);
    },
  };
}

async function wire(patient: Patient, clients: readonly ClientId[]): Promise<void> {
  const world = worldOf(patient);
  const program = await programOf(world, process.execPath);
  const plans = [];
  for (const wiring of WIRINGS.filter(({ id }) => clients.includes(id))) {
    const wishes = { keepTranscriptDays: null };
    plans.push(await planClient(world, wiring, { program, wishes, owned: () => false, wired: false }));
  }
  const { failed } = await applyChanges(world, { program, plans, manifest: { node: null, files: [] } });
  expect(failed).toEqual([]);
}
