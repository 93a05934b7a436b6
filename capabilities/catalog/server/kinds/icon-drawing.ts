import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

/**
 * The lines of a Tabler icon as SVG path data on a field of 24 × 24, by its name in lower case ("truck-delivery"); undefined when there
 * is no icon of that name. Portals get the lines of the few icons that kinds declare instead of all five thousand.
 */
export async function iconDrawing(name: string): Promise<readonly string[] | undefined> {
  if (!/^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(name)) return undefined;
  const file = fileURLToPath(import.meta.resolve(`@tabler/icons/outline/${name}.svg`));
  const svg = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  // The first path is the empty field.
  return svg === undefined ? undefined : [...svg.matchAll(/<path d="([^"]+)"/g)].map((match) => match[1] ?? '');
}
