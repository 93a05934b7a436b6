import { describe, expect, test } from 'vitest';
import { parseRepoUrl, projectSlug } from './repo-url.ts';

describe('repository URLs', () => {
  test('are taken apart, percent-encoding included', () => {
    expect(parseRepoUrl('gitlab.com?owner=grp%2Fsub&repo=svc')).toEqual({ host: 'gitlab.com', owner: 'grp/sub', repo: 'svc' });
    expect(parseRepoUrl('dev.azure.com?organization=o&project=p&repo=r')).toEqual({
      host: 'dev.azure.com',
      organization: 'o',
      project: 'p',
      repo: 'r',
    });
  });

  test('become slugs', () => {
    expect(projectSlug('github.com?owner=acme&repo=svc')).toBe('acme/svc');
    expect(projectSlug('bitbucket.org?workspace=w&project=p&repo=r')).toBe('w/p/r');
  });

  test.each([
    ['paved', 'names no repository'],
    ['?owner=a&repo=b', 'names no host'],
    ['paved?owner=a', 'names no repository'],
    ['paved?owner=a&repo=', 'names no repository'],
  ])('%s is refused', (text, why) => {
    expect(() => parseRepoUrl(text)).toThrow(why);
  });
});
