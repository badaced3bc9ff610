import { describe, expect, it } from 'vitest';
import { comparable, isEqual, isNear } from '../../src/text/near-duplicate.ts';

const near = (one: string, other: string) => isNear(comparable(one), comparable(other));

describe('near duplicates', () => {
  it('are equal but for white space and the final stop', () => {
    expect(isEqual(comparable('We use  tabs.\n'), comparable('We use tabs'))).toBe(true);
    expect(isEqual(comparable('We use tabs'), comparable('We use Tabs'))).toBe(false);
  });

  it.each([
    [
      'The build cache lives on the shared disk of the runner',
      'the build cache lives on the shared disk of the runner!',
    ],
    ['We use PNPM', 'we use pnpm'],
    ['Always use dark mode', 'Always  Use Darkmode'],
    ['Invoices are numbered by year and then by customer', 'Invoices are numbered by year, then by customer'],
  ])('say the same: %s', (one, other) => {
    expect(near(one, other)).toBe(true);
    expect(near(other, one)).toBe(true);
  });

  it.each([
    ['The server listens on port 8080', 'The server listens on port 8081'],
    ['The database of staging is copied each night', 'The database of production is copied each night'],
    ['Deployments are done on Friday', 'Deployments are not done on Friday'],
    ['Settings are read from src/a.ts at the start', 'Settings are read from src/b.ts at the start'],
    ['Reviews are done by Jane before the release', 'Reviews are done by Mary before the release'],
    ['', 'The server listens'],
  ])('are apart: %s', (one, other) => {
    expect(near(one, other)).toBe(false);
    expect(near(other, one)).toBe(false);
  });
});
