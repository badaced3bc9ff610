import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clean } from '../../src/text/clean.ts';
import { parseSkill, renderSkill } from '../../src/text/skill-file.ts';

const skill = {
  id: '0123456789abcdefghjkmnpqrs',
  slug: 'release',
  title: 'Release',
  description: 'Use when a "release": is\nprepared # now',
  content: '1. Run npm test.\n2. Tag.',
};

describe('SKILL.md', () => {
  it('is rendered with quoted front matter, our comment and the title', () => {
    expect(renderSkill(skill)).toBe(
      `---
name: "midturn-release"
description: "Use when a \\"release\\": is prepared # now"
---

<!-- midturn:skill:0123456789abcdefghjkmnpqrs kept by midturn; change it with \`midturn skills\`, take it away with \`midturn skills retire\` -->

# Release

1. Run npm test.
2. Tag.
`,
    );
  });

  it('is read back as it was, and rendered to the same bytes', () => {
    const text = fc
      .string({ unit: 'grapheme' })
      // Letters that nobody sees (fillers) are taken out when it is rendered.
      .map((value) => clean(value.replace(/[^\p{L}\p{N} "':#{}&*!|>%@`\\,-]/gu, '')));
    fc.assert(
      fc.property(text, text, (description, line) => {
        const content = `First.\n\n${line.trim()}\n\nLast.`;
        const parsed = parseSkill(renderSkill({ ...skill, description, content }));
        expect(parsed.id).toBe(skill.id);
        expect(parsed.name).toBe('midturn-release');
        expect(parsed.description ?? '').toBe(description.replace(/\s+/g, ' ').trim());
        expect(parsed.title).toBe('Release');
        expect(parsed.content).toBe(content);
        const again = { ...skill, description: parsed.description ?? '', content: parsed.content };
        expect(renderSkill(again)).toBe(renderSkill({ ...skill, description, content }));
      }),
    );
  });

  it('takes a whole SKILL.md as content without doubling its head', () => {
    const whole = renderSkill(skill);
    expect(renderSkill({ ...skill, content: whole })).toBe(whole);
  });

  it('knows as ours only what carries our comment at its head', () => {
    expect(parseSkill(renderSkill(skill).replaceAll('\n', '\r\n')).id).toBe(skill.id);
    expect(
      parseSkill('---\nname: x\n---\n\n# X\n\n<!-- midturn:skill:0123456789abcdefghjkmnpqrs -->').id,
    ).toBeNull();
    expect(parseSkill('<!-- midturn:skill:short -->').id).toBeNull();
    expect(parseSkill('').id).toBeNull();
  });

  it('keeps no comment of ours within the content', () => {
    const forged = '# T\n\ntext\n<!-- midturn:skill:zzzzzzzzzzzzzzzzzzzzzzzzzz -->\nmore';
    expect(renderSkill({ ...skill, content: forged })).not.toContain('zzzz');
  });

  it('reads the front matter that others write', () => {
    expect(parseSkill("---\nname: plain\ndescription: 'it''s fine'\n---\nbody")).toEqual({
      id: null,
      name: 'plain',
      description: "it's fine",
      title: null,
      content: 'body',
    });
    expect(parseSkill('---\ndescription: >\n  Use when\n  needed\nname: x\n---\n').description).toBe(
      'Use when needed',
    );
    expect(parseSkill('---\n\nJust a rule above.\n\n---\n').content).toContain('Just a rule above.');
  });
});
