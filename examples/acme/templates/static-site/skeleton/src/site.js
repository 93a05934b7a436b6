import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { layout, readPage } from './page.js';

/** Builds every page of `content` into `target`, which is emptied before. Gives the paths written. */
export async function buildSite({ content, assets, target, site }) {
  const files = (await readdir(content, { recursive: true })).filter((file) => file.endsWith('.md')).sort();
  const pages = (await Promise.all(files.map(async (file) => readPage(file.replaceAll('\\', '/'), await readFile(join(content, file), 'utf8'))))).sort(
    (a, b) => a.order - b.order || (a.href < b.href ? -1 : 1),
  );
  if (!pages.some((page) => page.href === '/')) throw new Error(`${content} has no index.md.`);
  await rm(target, { recursive: true, force: true });
  await mkdir(target, { recursive: true });
  for (const page of pages) {
    const file = join(target, page.path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, layout(page, pages, site));
  }
  await cp(assets, target, { recursive: true });
  return pages.map((page) => page.path);
}
