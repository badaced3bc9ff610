/** The token file of the server: made once, for its owner alone, and refused when it is not what it should be. */
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../src/model/errors.ts';
import { createPrivateFile } from '../../src/platform/private-file.ts';
import { accessWorld, NOW, WISH, type World } from './access-world.ts';

const fileIn = ({ folder }: World) => join(folder, 'deep', 'http-token');

async function refusal(world: World, file: string): Promise<string> {
  const error: unknown = await world.access.ensureDefault(file).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ConfigError);
  return String(error);
}

describe('the token file', () => {
  it('is made with a token that reads and writes, in all projects, and is kept', async () => {
    const world = await accessWorld();
    const file = fileIn(world);
    expect(await world.access.ensureDefault(file)).toEqual({ path: file, created: true });
    const text = readFileSync(file, 'utf8');
    expect(text).toMatch(/^mtk_[0-9a-z]+_[0-9a-z]{52}\n$/);
    expect(await world.access.authenticate(text.trim())).toMatchObject({
      rights: { read: true, write: true, admin: false },
      projects: null,
      expiresAt: null,
    });
    expect(await world.access.ensureDefault(file)).toEqual({ path: file, created: false });
    expect(readFileSync(file, 'utf8')).toBe(text);
    expect((await world.access.list(world.person)).map(({ label }) => label)).toEqual(['token file']);
    expect(readdirSync(join(world.folder, 'deep'))).toEqual(['http-token']);
  });

  it.skipIf(process.platform === 'win32')('is its owner’s alone, whatever the umask', async () => {
    const world = await accessWorld();
    const before = process.umask(0);
    try {
      await world.access.ensureDefault(fileIn(world));
    } finally {
      process.umask(before);
    }
    expect(statSync(fileIn(world)).mode & 0o777).toBe(0o600);
  });

  it('is made once by servers that start together, and they leave one token', async () => {
    const world = await accessWorld();
    const others = await Promise.all([1, 2, 3].map(() => accessWorld(world.folder)));
    const made = await Promise.all(
      [world, ...others].map(({ access }) => access.ensureDefault(fileIn(world))),
    );
    expect(made.filter(({ created }) => created)).toHaveLength(1);
    expect(await world.access.list(world.person)).toHaveLength(1);
    expect(await world.access.authenticate(readFileSync(fileIn(world), 'utf8').trim())).not.toBeNull();
    expect(readdirSync(join(world.folder, 'deep'))).toEqual(['http-token']);
  });

  it.skipIf(process.platform === 'win32')('that others may read is refused', async () => {
    const world = await accessWorld();
    await world.access.ensureDefault(fileIn(world));
    for (const mode of [0o640, 0o604, 0o620]) {
      chmodSync(fileIn(world), mode);
      expect(await refusal(world, fileIn(world))).toMatch(/other users.*[Rr]evoke its token/);
    }
  });

  it.skipIf(process.platform === 'win32')('is never reached through a symbolic link', async () => {
    const world = await accessWorld();
    const target = join(world.folder, 'target');
    mkdirSync(join(world.folder, 'deep'));
    symlinkSync(target, fileIn(world));
    expect(await refusal(world, fileIn(world))).toMatch(/is no plain file/);
    expect(existsSync(target)).toBe(false);
    await world.access.ensureDefault(target);
    expect(await refusal(world, fileIn(world))).toMatch(/is no plain file/);
    expect(await createPrivateFile(fileIn(world), 'x')).toBe(false);
  });

  it('is not a folder', async () => {
    const world = await accessWorld();
    mkdirSync(fileIn(world), { recursive: true });
    expect(await refusal(world, fileIn(world))).toMatch(/is no plain file/);
    expect(await world.access.list(world.person)).toEqual([]);
  });

  it.each(['', 'hello\n', 'mtk_4f9k2c_short\n', `${'x'.repeat(5000)}\n`])(
    'with %j in it is refused',
    async (text) => {
      const world = await accessWorld();
      mkdirSync(join(world.folder, 'deep'));
      writeFileSync(fileIn(world), text, { mode: 0o600 });
      expect(await refusal(world, fileIn(world))).toMatch(/holds (?:no token|something else)/);
      expect(readFileSync(fileIn(world), 'utf8')).toBe(text);
    },
  );

  it('with the token of another store is refused', async () => {
    const [world, other] = [await accessWorld(), await accessWorld()];
    await other.access.ensureDefault(fileIn(world));
    expect(await refusal(world, fileIn(world))).toMatch(/token of another store.*Remove the file/);
  });

  it('with a token that was revoked or has expired is refused, and made anew once it is removed', async () => {
    const world = await accessWorld();
    const file = fileIn(world);
    await world.access.ensureDefault(file);
    const [token] = await world.access.list(world.person);
    await world.access.revoke(world.person, token?.id ?? '');
    expect(await refusal(world, file)).toMatch(/which was revoked.*Remove the file/);
    const brief = await world.access.create(world.person, { ...WISH, expiresAt: NOW + 1 });
    writeFileSync(file, brief.token, { mode: 0o600 });
    expect(await world.access.ensureDefault(file)).toEqual({ path: file, created: false });
    world.clock.now = NOW + 1;
    expect(await refusal(world, file)).toMatch(/which has expired/);
    rmSync(file);
    expect(await world.access.ensureDefault(file)).toEqual({ path: file, created: true });
  });

  it('whose place cannot be written is named, and leaves no token behind', async () => {
    const world = await accessWorld();
    writeFileSync(join(world.folder, 'plain'), '');
    const message = await refusal(world, join(world.folder, 'plain', 'http-token'));
    expect(message).toMatch(/plain.*http-token cannot be the token file/);
    expect(await world.access.list(world.person)).toEqual([]);
  });
});
