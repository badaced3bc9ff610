import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ownPrompt } from '../../src/app/own-prompt.ts';
import { homeLayout } from '../../src/project/home.ts';
import { tempFolder } from '../support/temp-store.ts';

describe('instructions that a person has written', () => {
  it('stand in the home by their name, and take no place while they are empty', async () => {
    const layout = homeLayout(tempFolder());
    expect(await ownPrompt(layout, 'reviewer')).toBeNull();
    mkdirSync(join(layout.root, 'prompts'));
    writeFileSync(join(layout.root, 'prompts', 'reviewer.md'), 'Look for recipes only.');
    writeFileSync(join(layout.root, 'prompts', 'compiler.md'), ' \n');
    expect(await ownPrompt(layout, 'reviewer')).toBe('Look for recipes only.');
    expect(await ownPrompt(layout, 'compiler')).toBeNull();
  });

  it('that cannot be read are told of: a model must not be asked with other words unnoticed', async () => {
    const layout = homeLayout(tempFolder());
    mkdirSync(join(layout.root, 'prompts', 'reviewer.md'), { recursive: true });
    await expect(ownPrompt(layout, 'reviewer')).rejects.toThrow(/reviewer\.md cannot be read/);
  });
});
