/** What a user gets with the package: its pages lead to nothing that is not in it, and it names whose code it holds. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { BIN } from '../support/built-program.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const { files } = z.object({ files: z.array(z.string()) }).parse(JSON.parse(read('package.json')));
/** npm adds these by itself. */
const shipped = [...files, 'README.md', 'LICENSE', 'package.json'];
const isShipped = (path: string): boolean =>
  shipped.some((each) => path === each || path.startsWith(`${each}/`));

/** Every file below a path of the checkout. */
function filesOf(path: string): string[] {
  if (!statSync(join(root, path)).isDirectory()) return [path];
  return readdirSync(join(root, path)).flatMap((name) => filesOf(`${path}/${name}`));
}

const pages = shipped
  .filter((path) => path !== 'dist')
  .flatMap(filesOf)
  .filter((path) => path.endsWith('.md'));

/** What a page links to inside of the package. */
function linksOf(page: string): string[] {
  return [...read(page).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => !/^(?:https?:|#)/.test(target))
    .map((target) => normalize(join(dirname(page), target.replace(/#.*$/, ''))).replaceAll('\\', '/'));
}

/** As they become anchors: small letters, marks left out, blanks as dashes. */
function anchorsOf(page: string): string[] {
  return [...read(page).matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

describe('the package', () => {
  it('has pages that link to what is in it', () => {
    const links = pages.flatMap((page) => linksOf(page).map((target) => ({ page, target })));
    expect(links.length).toBeGreaterThan(20);
    const dead = links.filter(({ target }) => {
      const path = target.replace(/\/$/, '');
      return !isShipped(path) && !files.some((each) => each.startsWith(`${path}/`));
    });
    expect(dead).toEqual([]);
    for (const { target } of links) expect(() => statSync(join(root, target)), target).not.toThrow();
  });

  it('has pages whose anchors are there', () => {
    const anchored = pages.flatMap((page) =>
      [...read(page).matchAll(/\]\(([^)\s#]*)#([^)\s]+)\)/g)]
        .filter(([, path = '']) => !path.startsWith('http'))
        .map(([, path = '', anchor = '']) => ({
          page: path === '' ? page : normalize(join(dirname(page), path)),
          anchor,
        })),
    );
    expect(anchored.length).toBeGreaterThan(0);
    for (const { page, anchor } of anchored) expect(anchorsOf(page), page).toContain(anchor);
  });

  it('holds configuration to copy, and nothing that needs a checkout', () => {
    expect(files.flatMap(filesOf).filter((path) => /^examples\/.*\.mjs$/.test(path))).toEqual([]);
    expect(isShipped('examples/clients/codex-http.toml')).toBe(true);
  });

  it('has the licence of everybody whose code stands in it, also of what another package has bundled', () => {
    const text = readFileSync(join(dirname(BIN), 'THIRD-PARTY-LICENSES.txt'), 'utf8');
    const named = [...text.matchAll(/^((?:@[\w-]+\/)?[\w-]+) (\d[\d.]+) \(.+\)$/gm)].map(([, name]) => name);
    const expected = [
      '@modelcontextprotocol/server',
      'hono',
      'jose',
      'rate-limiter-flexible',
      'undici',
      'zod',
    ];
    expect(named).toEqual(expect.arrayContaining(expected));
    // The SDK brings these inside of its own files.
    expect(named).toEqual(expect.arrayContaining(['ajv', 'ajv-formats', 'fast-uri']));
    expect(new Set(named).size).toBe(named.length);
    expect(text).not.toContain('was not found');
    for (const part of text.split(`\n${'-'.repeat(78)}\n`)) expect(part).toMatch(/copyright|licen[cs]e/i);
  });
});
