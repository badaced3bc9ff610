/**
 * An agent for tests: prints what its first argument says, once it has read its input; of several texts with `|||`
 * between them the first at the first call, and so on. `hang` = it never ends, nor does its child; `exit 3: words` = it
 * fails. What it was given goes to the file of the second argument, one line a call.
 */
import { spawn } from 'node:child_process';
import { appendFileSync, existsSync, readdirSync, readFileSync } from 'node:fs';

const [, , outputs = '', log = '', ...rest] = process.argv;
let input = '';
process.stdin.setEncoding('utf8');
for await (const chunk of process.stdin) input += chunk;
const call = existsSync(log) ? readFileSync(log, 'utf8').split('\n').length - 1 : 0;
const list = outputs.split('|||');
const output = list[Math.min(call, list.length - 1)] ?? '';
const seen = {
  pid: process.pid,
  input,
  args: rest,
  cwd: process.cwd(),
  files: readdirSync('.'),
  mark: process.env.MIDTURN_AGENT,
  home: process.env.MIDTURN_HOME,
  nested: process.env.CLAUDECODE,
  key: process.env.SHOP_KEY,
  payload: rest[0] !== undefined && existsSync(rest[0]) ? readFileSync(rest[0], 'utf8') : null,
};
const failing = /^exit (\d+): ([\s\S]*)$/.exec(output);
if (output === 'hang') {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'inherit' });
  appendFileSync(log, `${JSON.stringify({ ...seen, child: child.pid })}\n`);
  setInterval(() => {}, 1000);
} else {
  appendFileSync(log, `${JSON.stringify(seen)}\n`);
  if (failing === null) process.stdout.write(output);
  else {
    process.stderr.write(failing[2]);
    process.exitCode = Number(failing[1]);
  }
}
