import { describe, expect, it } from 'vitest';
import { recallTrigger } from '../../src/text/recall-trigger.ts';

describe('whether a request speaks of earlier work', () => {
  it.each([
    'Why did we pin zod to version 3 last time?',
    'Run the release steps again as agreed',
    'The ECONNREFUSED problem on port 5432 that we fixed before is back',
    'Wie haben wir das Deployment letztes Mal gemacht?',
    'Comment on avait configuré la base de test la dernière fois ?',
    '¿Cómo configuramos la base de datos la última vez?',
    'Como fizemos o deploy do servidor da última vez?',
    'Come avevamo configurato il database di staging?',
    'Как мы решили проблему с миграцией в прошлый раз?',
    '上次我们怎么修复数据库迁移的错误?',
    '前回のデプロイ手順をもう一度実行して',
    '지난번 배포 스크립트 오류를 어떻게 고쳤지?',
  ])('%s', (query) => {
    const { triggered, reasons } = recallTrigger(query);
    expect(reasons).toContainEqual(expect.stringMatching(/^marker:/));
    expect(triggered).toBe(true);
  });

  it.each([
    ['Rename the header component of the shop', 'no marker'],
    ['What is 17 * 23?', 'no marker'],
    ['Format this JSON file', 'no marker'],
    ['again', 'too few terms'],
    ['', 'too few terms'],
  ])('not in %j: %s', (query, reason) => {
    const { triggered, reasons } = recallTrigger(query);
    expect(triggered).toBe(false);
    expect(reasons).toContain(reason);
  });

  it('needs no sign where it was asked for by name, but a request', () => {
    expect(recallTrigger('zod', true)).toEqual({ triggered: true, reasons: ['explicit'] });
    expect(recallTrigger('  ', true).triggered).toBe(false);
  });
});
