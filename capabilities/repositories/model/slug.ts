import { PavedError } from '@paved/kernel';

const part = /^[a-z0-9](?:[a-z0-9._-]{0,98}[a-z0-9_-])?$/;

/** Whether a text is `<project>/<name>` as repositories are called: it becomes a folder, so nothing that could leave one. */
export function isSlug(text: string): boolean {
  const parts = text.split('/');
  return parts.length === 2 && parts.every((p) => part.test(p) && !p.includes('..') && !/\.(git|lock)$/.test(p));
}

/** The slug, lower case and without `.git`; throws `invalid` with the rule. */
export function parseSlug(text: string): string {
  const slug = text.toLowerCase().replace(/\.git$/, '');
  if (isSlug(slug)) return slug;
  throw new PavedError('invalid', `"${text}" is not a repository name.`, {
    fix: 'Write it as project/name: letters, digits, dots, dashes and underscores, each part starting with a letter or digit.',
  });
}
