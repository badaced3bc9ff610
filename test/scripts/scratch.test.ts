/** The temporary folder of scripts that install tools: it goes, however the script ends. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const script = pathToFileURL(join(root, 'scripts/lib/scratch.mjs')).href;

function scratch(act: string) {
  const code = `import { writeFileSync } from 'node:fs'; import { inScratch } from ${JSON.stringify(script)};
    await inScratch('a:script', async (scratch) => {
      writeFileSync(scratch.folder + '/file', ''); console.log(scratch.folder); ${act} });`;
  const env = { ...process.env, npm_execpath: process.execPath };
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', code], {
    encoding: 'utf8',
    env,
  });
  const [folder = ''] = stdout.split('\n');
  expect(folder).toContain('midturn-a-script-');
  return { status, stdout, stderr, isGone: !existsSync(folder) };
}

it('is removed when the script has ended, whose answer is the exit code', () => {
  expect(scratch('return 3;')).toMatchObject({ status: 3, isGone: true });
});

it('is removed when a step fails, which is said in one line', () => {
  const failing = `scratch.step('trying', process.execPath, ['-e', 'process.exit(7)']);`;
  const { status, stdout, stderr, isGone } = scratch(failing);
  expect({ status, stderr, isGone }).toEqual({
    status: 1,
    stderr: 'a:script: trying failed (7)\n',
    isGone: true,
  });
  expect(stdout).toContain('a:script: trying\n');
});
