import { describe, expect, it } from 'vitest';
import { gitFileAddress, looksLikeGit, parseGitAddress, typeOfAddress } from './git-address.ts';

describe('addresses of repositories', () => {
  it.each([
    ['https://git.acme.example/shop/api.git', 'https://git.acme.example/shop/api.git', '', undefined],
    ['https://git.acme.example/shop/api', 'https://git.acme.example/shop/api', '', undefined],
    ['https://git.acme.example:8443/shop/api.git/a/*.yaml?ref=v1.2', 'https://git.acme.example:8443/shop/api.git', 'a/*.yaml', 'v1.2'],
    ['https://git.acme.example/shop/api//a/b.yaml?ref=feature/x', 'https://git.acme.example/shop/api', 'a/b.yaml', 'feature/x'],
    ['git@git.acme.example:shop/api.git', 'ssh://git@git.acme.example/shop/api.git', '', undefined],
    ['git@git.acme.example:shop/api.git/x.yaml?ref=main', 'ssh://git@git.acme.example/shop/api.git', 'x.yaml', 'main'],
    ['git@git.acme.example:/srv/git/api.git/x.yaml', 'ssh://git@git.acme.example/srv/git/api.git', 'x.yaml', undefined],
    ['ssh://git@git.acme.example:2222/shop/api.git', 'ssh://git@git.acme.example:2222/shop/api.git', '', undefined],
    ['file:///srv/git/api.git/x.yaml', 'file:///srv/git/api.git', 'x.yaml', undefined],
    ['file:///srv/work//x.yaml', 'file:///srv/work', 'x.yaml', undefined],
  ])('%s', (target, repository, path, ref) => {
    const address = parseGitAddress(target);
    expect(address).toMatchObject({ repository, path });
    expect(address?.ref).toBe(ref);
    if (address !== undefined && path !== '') expect(parseGitAddress(gitFileAddress(address, path))).toEqual(address);
  });

  it('refuses credentials and names that git would take for something else', () => {
    expect(() => parseGitAddress('https://me:secret@h.example/a.git')).toThrow('carries a user name');
    for (const ref of ['-u', '../x', 'a..b', '--upload-pack=x', 'a b', 'x.lock'])
      expect(() => parseGitAddress(`https://h.example/a.git?ref=${encodeURIComponent(ref)}`)).toThrow('no name of a branch');
    for (const target of ['ext::sh -c x', 'git://h.example/a.git', 'ftp://h/a.git', 'not an address'])
      expect(parseGitAddress(target)).toBeUndefined();
  });

  it('tells what somebody means who pastes an address', () => {
    expect(looksLikeGit('https://raw.example.com/shop/api/main/catalog-info.yaml')).toBe(false);
    expect(
      [
        '/srv/acme',
        '/srv/acme/*.yaml',
        '/srv/a.yaml',
        'https://h.example/a.git',
        'git@h:a/b',
        'https://h.example/a/blob/main/catalog-info.yaml',
      ].map(typeOfAddress),
    ).toEqual(['directory', 'file', 'file', 'git', 'git', 'url']);
  });
});
