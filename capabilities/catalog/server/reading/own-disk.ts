import path from 'node:path';
import picomatch from 'picomatch';

/** The folder below which a location on the server's own disk may name other files. */
export function rootOf(location: { type: string; target: string }): string {
  if (location.type === 'directory') return path.resolve(location.target);
  if (location.type !== 'file') return '/nonexistent';
  const scanned = picomatch.scan(path.resolve(location.target));
  return scanned.isGlob ? scanned.base : path.dirname(path.resolve(location.target));
}

/** Whether an administrator or the configuration pointed to the server's own disk: then repositories there may be read. */
export const isLocal = (location: { type: string; target: string }): boolean =>
  location.type === 'file' || location.type === 'directory' || /^file:/i.test(location.target);
