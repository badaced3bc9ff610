import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isSkillSlug, publishedName, skillSlug } from '../../src/text/skill-id.ts';

describe('skillSlug', () => {
  it.each([
    ['Release Notes', 'release-notes'],
    ['../../../evil', 'evil'],
    ['..', null],
    ['a/../b', 'a-b'],
    ['C:\\x\\y', 'c-x-y'],
    ['--Deploy--to__staging!!', 'deploy-to-staging'],
    ['Prüfung', 'prufung'],
    ['midturn-deploy', 'deploy'],
    ['con', 'con-skill'],
    ['\u0000x', 'x'],
    ['', null],
    ['💥', null],
  ])('%j becomes %j', (name, id) => {
    expect(skillSlug(name)).toBe(id);
  });

  it('names what has no Latin letter by its hash, each its own', () => {
    expect(skillSlug('部署')).toMatch(/^skill-[0-9a-f]{8}$/);
    expect(skillSlug('部署')).not.toBe(skillSlug('发布'));
  });

  it('never leads out of its folder, and stays as it is when asked again', () => {
    const name = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc
        .array(fc.constantFrom('..', '/', '\\', 'a', '-', 'midturn-', '\0', 'é', '.'), { maxLength: 60 })
        .map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(name, (text) => {
        const id = skillSlug(text);
        if (id === null) return;
        expect(isSkillSlug(id)).toBe(true);
        expect(skillSlug(id)).toBe(id);
        expect(publishedName(id).length).toBeLessThanOrEqual(64);
      }),
    );
  });

  it('builds no name of what it has not made', () => {
    for (const bad of ['../x', 'a/b', '', 'A', 'a--b', '-a']) {
      expect(isSkillSlug(bad)).toBe(false);
      expect(() => publishedName(bad)).toThrow(TypeError);
    }
  });
});
