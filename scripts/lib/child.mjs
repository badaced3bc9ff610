/** Runs programs beside this one, with argument arrays and no shell. */
import { spawn } from 'node:child_process';

/** Past this, what a program prints is only counted. */
const MOST_CHARACTERS = 8 * 1024 * 1024;
const END_MS = 10_000;

/** Runs a program to its end; what it prints is kept. Ends it after `timeoutMs`. */
export function finished(program, args, { timeoutMs = 300_000, ...options } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
    const printed = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr']) {
      child[name].setEncoding('utf8');
      child[name].on('data', (text) => {
        if (printed[name].length < MOST_CHARACTERS) printed[name] += text;
      });
    }
    const late = setTimeout(() => child.kill('SIGKILL'), timeoutMs);
    child.once('error', reject);
    child.once('close', (code, signal) => {
      clearTimeout(late);
      resolve({ code: code ?? 1, signal, ...printed });
    });
  });
}

/**
 * Starts a server and waits for its first line of JSON, which says where it listens. It ends with its standard input.
 * @returns that line as a value, and `stop`
 */
export function startServer(program, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'], ...options });
    let out = '';
    let err = '';
    const closed = new Promise((ended) => child.once('close', ended));
    const stop = async () => {
      child.stdin.end();
      child.kill('SIGTERM');
      const late = setTimeout(() => child.kill('SIGKILL'), END_MS);
      await closed;
      clearTimeout(late);
      return err;
    };
    child.once('error', reject);
    child.once('close', (code) => reject(new Error(`the server ended (${code}) before it listened: ${err}`)));
    child.stderr.setEncoding('utf8').on('data', (text) => {
      err += text;
    });
    child.stdout.setEncoding('utf8').on('data', (text) => {
      out += text;
      const line = out.split('\n').find((one) => one.startsWith('{') && one.endsWith('}'));
      if (line !== undefined) resolve({ ...JSON.parse(line), stop });
    });
  });
}

/** Runs a program that a person looks at and ends: Ctrl-C is for it, and what comes after it still happens. */
export function attended(program, args) {
  return new Promise((resolve, reject) => {
    const signals = ['SIGINT', 'SIGTERM'];
    const child = spawn(program, args, { stdio: 'inherit' });
    const handOn = (signal) => child.kill(signal);
    for (const signal of signals) process.on(signal, handOn);
    const settled = (settle) => (value) => {
      for (const signal of signals) process.off(signal, handOn);
      settle(value);
    };
    child.once('error', settled(reject));
    child.once('close', settled(resolve));
  });
}
