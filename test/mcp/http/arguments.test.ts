import { describe, expect, it } from 'vitest';
import { readArguments } from '../../../src/mcp/http/arguments.ts';

describe('the command line of midturn serve', () => {
  it('leaves to the configuration what it does not say', () => {
    expect(readArguments(['serve'])).toEqual({
      home: undefined,
      host: undefined,
      port: undefined,
      tokenFile: undefined,
      json: false,
    });
  });

  it('takes every option before and behind the command', () => {
    const options = ['--host=::1', '--port', '0', '--token-file', 't', '--json'];
    const read = { home: '/h', host: '::1', port: 0, tokenFile: 't', json: true };
    expect(readArguments(['--home', '/h', 'serve', ...options])).toEqual(read);
    expect(readArguments([...options, 'serve', '--home=/h'])).toEqual(read);
  });

  it.each([
    [['serve', '--prot', '1'], '--prot'],
    [['serve', '--port', '99999'], '99999'],
    [['serve', '--port', '-1'], 'ambiguous'],
    [['serve', '--port', '1e3'], '1e3'],
    [['serve', '--port'], '--port'],
    [['serve', 'now'], 'now'],
    // `--host "$ADDRESS"` without an ADDRESS: it would be every address of the machine.
    [['serve', '--host', ''], '--host'],
    [['serve', '--token-file='], '--token-file'],
  ])('refuses %j', (args, word) => {
    expect(() => readArguments(args)).toThrow(word);
    expect(() => readArguments(args)).not.toThrow(/positional/);
  });
});
