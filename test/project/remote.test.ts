import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isLocalRemote, normaliseRemote } from '../../src/project/remote.ts';

const canonical = (url: string) => normaliseRemote(url, 'linux');

describe('one repository', () => {
  it.each([
    'https://git.example.org/Org/repo',
    'https://git.example.org/Org/repo.git',
    'https://git.example.org/Org/repo.git/',
    'https://git.example.org//Org/repo/',
    'https://GIT.Example.ORG./Org/repo.git',
    'https://git.example.org:443/Org/repo.git',
    'http://git.example.org:80/Org/repo',
    'http://git.example.org/Org/repo',
    'git://git.example.org:9418/Org/repo.git',
    'ssh://git@git.example.org/Org/repo.git',
    'ssh://git@git.example.org:22/Org/repo.git',
    'git+ssh://git@git.example.org/Org/repo.git',
    'git@git.example.org:Org/repo.git',
    'git@git.example.org:/Org/repo.git',
    'git.example.org:Org/repo',
    'https://git.example.org/Org/repo.git?private_token=abc#frag',
    '  https://git.example.org/Org/repo.git\n',
    'https://git.example.org/Org/%72epo',
  ])('is known by %j', (url) => {
    expect(canonical(url)).toBe('git.example.org/Org/repo');
  });

  it('keeps a port that is not the usual one', () => {
    expect(canonical('ssh://git@git.example.org:2222/org/repo.git')).toBe('git.example.org:2222/org/repo');
    expect(canonical('https://[2001:DB8::1]:8443/org/repo')).toBe('[2001:db8::1]:8443/org/repo');
  });

  it('is not told apart by case where the forge does not', () => {
    expect(canonical('git@github.com:Org/Repo.git')).toBe(canonical('https://github.com/org/repo'));
    expect(canonical('https://git.example.org/A/b')).not.toBe(canonical('https://git.example.org/a/b'));
  });

  it('is known through the second door of its forge', () => {
    expect(canonical('ssh://git@ssh.github.com:443/org/repo.git')).toBe('github.com/org/repo');
  });

  it('is not another one', () => {
    expect(canonical('https://h.example/org/repo')).not.toBe(canonical('https://h.example/org/repo2'));
    expect(canonical('https://h.example/org/repo')).not.toBe(canonical('https://h2.example/org/repo'));
    expect(canonical('https://h.example:8443/org/repo')).not.toBe(canonical('https://h.example/org/repo'));
  });
});

describe('a local remote', () => {
  it.each([
    ['/srv/git/app.git', '/srv/git/app.git'],
    ['/srv/git/../git/app.git/', '/srv/git/app.git'],
    ['file:///srv/git/app.git', '/srv/git/app.git'],
    ['file://localhost/srv/git/my%20app.git', '/srv/git/my app.git'],
    ['file://me:pw@nas/share/app.git', '//nas/share/app.git'],
    ['../app.git', '../app.git'],
    ['app.git', './app.git'],
    ['@scope/app', './@scope/app'],
  ])('%j is kept as %j', (url, kept) => {
    expect(canonical(url)).toBe(kept);
    expect(isLocalRemote(kept)).toBe(true);
  });

  it('may have a drive', () => {
    expect(normaliseRemote('c:/Work/App.git', 'win32')).toBe('C:\\Work\\App.git');
    expect(normaliseRemote('file:///C:/Work/App.git', 'win32')).toBe('C:\\Work\\App.git');
    expect(isLocalRemote('C:\\Work\\App.git')).toBe(true);
  });

  it('is told apart from a host', () => {
    for (const url of ['git@host:org/repo', 'https://h.example:8443/o/r', 'https://[::1]/o/r']) {
      expect(isLocalRemote(canonical(url) ?? '/')).toBe(false);
    }
  });
});

describe('what names no place', () => {
  it.each([
    '',
    '  ',
    'https://',
    'https://host',
    'https://host/',
    'ext::ssh -i key host %S',
    'https:///org/repo',
    'a:\u0001b',
    'https://ho st/x',
    'https://user:secret',
  ])('%j is nothing', (url) => {
    expect(canonical(url)).toBeNull();
  });

  it('does not hide an address behind a helper', () => {
    expect(canonical('hg::https://user:pw@h.example/org/repo')).toBe('h.example/org/repo');
  });
});

describe('credentials', () => {
  it.each([
    'https://SECRET@h.example/org/repo.git',
    'https://user:SECRET@h.example/org/repo.git',
    'https://SECRET:x-oauth-basic@h.example/org/repo',
    'https://user:SECRET@h.example:443/org/repo',
    'https://user:p@SECRET@h.example/org/repo',
    'https://user:SECRET/raw@h.example/org/repo',
    'https://user:12/SECRET@h.example/org/repo',
    'https://user:a#SECRET@h.example/org/repo',
    'https://user:a?SECRET@h.example/org/repo',
    'https://user:%53ECRET@h.example/org/repo',
    'https://h.example/org/repo?access_token=SECRET',
    'https://h.example/org/repo#SECRET',
    'ssh://user:SECRET@h.example/org/repo',
    'oauth2:SECRET@h.example:org/repo',
    'oauth2:SECRET@h.example/org/repo',
    'oauth2:a/SECRET@h.example:org/repo',
    'SECRET@h.example/org/repo',
  ])('do not survive %j', (url) => {
    expect(canonical(url)).toBe('h.example/org/repo');
  });

  it('never survive, whatever they are made of', () => {
    const word = fc.stringMatching(/^[a-z0-9]{1,12}$/);
    const secret = fc.stringMatching(/^[A-Za-z0-9!$&'()*+,;=._~%:@-]{0,20}$/).map((text) => `ZZ${text}ZZ`);
    fc.assert(
      fc.property(
        fc.constantFrom('https', 'http', 'ssh', 'git', 'ftp'),
        word,
        secret,
        word,
        word,
        (scheme, user, pass, org, repo) => {
          for (const userinfo of [pass, `${user}:${pass}`, `${pass}:${user}`]) {
            expect(canonical(`${scheme}://${userinfo}@h.example/${org}/${repo}`)).toBe(
              `h.example/${org}/${repo}`,
            );
          }
        },
      ),
    );
  });

  it('leave a form that stays as it is when it is read again', () => {
    const part = fc.stringMatching(/^[A-Za-z0-9._-]{1,10}$/);
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z]{2,8}\.example$/), part, part, (host, org, repo) => {
        const once = canonical(`https://${host}/${org}/${repo}`);
        fc.pre(once !== null);
        expect(canonical(`https://${once}`)).toBe(once?.replace(/\.git$/i, ''));
      }),
    );
  });
});
