import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { windowsCommand } from '../../src/platform/windows-command.ts';

const NODE = 'C:\\Program Files\\nodejs\\node.exe';
const ENV = {
  Path: 'C:\\Windows\\System32;"C:\\Users\\A B\\npm"',
  ComSpec: 'C:\\Windows\\System32\\cmd.exe',
};
/** As npm writes it for a package whose program is a script. */
const SHIM = `@ECHO off\r
GOTO start\r
:find_dp0\r
SET dp0=%~dp0\r
EXIT /b\r
:start\r
SETLOCAL\r
CALL :find_dp0\r
\r
IF EXIST "%dp0%\\node.exe" (\r
  SET "_prog=%dp0%\\node.exe"\r
) ELSE (\r
  SET "_prog=node"\r
  SET PATHEXT=%PATHEXT:;.JS;=;%\r
)\r
\r
endLocal & goto #_undefined_# 2>NUL || title %COMSPEC% & "%_prog%"  "%dp0%\\node_modules\\@openai\\codex\\bin\\codex.js" %*\r
`;

function on(files: Record<string, string>) {
  const disk = {
    isFile: (path: string) => path in files,
    read: (path: string) => files[path] ?? null,
  };
  return (argv: readonly [string, ...string[]], env: Record<string, string> = ENV) =>
    windowsCommand(argv, env, { disk, node: NODE });
}

const NPM = 'C:\\Users\\A B\\npm';

describe('a program on Windows', () => {
  it('is found along the path, in the order of the extensions, and started as it is', () => {
    const start = on({ [`${NPM}\\tool.exe`]: '', [`${NPM}\\tool.cmd`]: '', [`${NPM}\\tool`]: '#!/bin/sh' });
    expect(start(['tool', 'a b'])).toEqual({ file: `${NPM}\\tool.exe`, args: ['a b'], verbatim: false });
  });

  it('is not looked for in the working folder', () => {
    expect(on({ 'tool.exe': '', '.\\tool.exe': '' })(['tool'])).toBeNull();
  });

  it('that does not exist is none', () => {
    expect(on({})(['tool'])).toBeNull();
    expect(on({ 'C:\\x\\tool.exe': '' })(['C:\\y\\tool.exe'])).toBeNull();
  });

  it('installed by npm is the script behind its shim, run by Node: no shell sees the arguments', () => {
    const script = `${NPM}\\node_modules\\@openai\\codex\\bin\\codex.js`;
    const start = on({ [`${NPM}\\codex.cmd`]: SHIM, [script]: '' });
    const args = ['exec', '-c', 'a="b c"', 'line\nbreak', '%PATH%'];
    expect(start(['codex', ...args])).toEqual({ file: NODE, args: [script, ...args], verbatim: false });
    const own = on({ [`${NPM}\\codex.cmd`]: SHIM, [script]: '', [`${NPM}\\node.exe`]: '' });
    expect(own(['codex'])?.file).toBe(`${NPM}\\node.exe`);
  });

  it('installed by npm as a program of its own is that program', () => {
    const shim = '@ECHO off\r\n"%~dp0\\node_modules\\@anthropic-ai\\claude-code\\bin\\claude.exe"   %*\r\n';
    const program = `${NPM}\\node_modules\\@anthropic-ai\\claude-code\\bin\\claude.exe`;
    const start = on({ [`${NPM}\\claude.cmd`]: shim, [program]: '' });
    expect(start(['claude', '-p'])).toEqual({ file: program, args: ['-p'], verbatim: false });
  });

  it('that is a script is run by Node', () => {
    expect(on({ 'C:\\x\\tool.mjs': '' })(['C:\\x\\tool.mjs', 'a'])).toEqual({
      file: NODE,
      args: ['C:\\x\\tool.mjs', 'a'],
      verbatim: false,
    });
  });

  it('that is a batch file goes through cmd.exe with every character quoted', () => {
    const start = on({ 'C:\\a b\\run.bat': '@echo %*' });
    expect(start(['C:\\a b\\run.bat', 'x&calc', 'q"\\', '%TEMP%'])).toEqual({
      file: 'C:\\Windows\\System32\\cmd.exe',
      args: [
        '/d',
        '/s',
        '/c',
        '"C:\\a^ b\\run.bat ^^^"x^^^&calc^^^" ^^^"q\\^^^"\\\\^^^" ^^^"^^^%TEMP^^^%^^^""',
      ],
      verbatim: true,
    });
  });

  it('that is a batch file hands every argument on as it is', () => {
    const start = on({ 'C:\\run.bat': '' });
    const letters = fc.constantFrom(...'ab "\\^&|<>()%!,;=*?[]`\'$'.split(''));
    const argument = fc.array(letters, { maxLength: 12 }).map((list) => list.join(''));
    fc.assert(
      fc.property(fc.array(argument, { maxLength: 4 }), (args) => {
        const line = start(['C:\\run.bat', ...args])?.args[3] ?? '';
        // cmd.exe reads the line, and the line of the batch file that says `program %*`.
        const twice = unescaped(unescaped(line.slice(1, -1)));
        expect(argumentsOf(twice).slice(1)).toEqual(args);
      }),
    );
  });

  it('that is a batch file takes no line break: cmd.exe would drop what follows', () => {
    const start = on({ 'C:\\run.bat': '' });
    expect(() => start(['C:\\run.bat', 'a\nb'])).toThrow(/line break/);
  });
});

/** What cmd.exe makes of a line in which every letter of its own stands behind a caret. */
function unescaped(line: string): string {
  return line.replace(/\^(.)/g, '$1');
}

/** How a program of the C runtime takes its command line apart. */
function argumentsOf(line: string): string[] {
  const found: string[] = [];
  let current: string | null = null;
  let quoted = false;
  for (let at = 0; at < line.length; at += 1) {
    const slashes = /^\\*/.exec(line.slice(at))?.[0].length ?? 0;
    const next = line[at + slashes];
    if (slashes > 0 && next === '"') {
      current = `${current ?? ''}${'\\'.repeat(Math.floor(slashes / 2))}${slashes % 2 === 1 ? '"' : ''}`;
      if (slashes % 2 === 0) quoted = !quoted;
      at += slashes;
    } else if (line[at] === '"') {
      quoted = !quoted;
      current ??= '';
    } else if (line[at] === ' ' && !quoted) {
      if (current !== null) found.push(current);
      current = null;
    } else current = `${current ?? ''}${line[at]}`;
  }
  return current === null ? found : [...found, current];
}
