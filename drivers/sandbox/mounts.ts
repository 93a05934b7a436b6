import path from 'node:path';

/** What a command's own view of the file system is made of. */
export type MountStep =
  /** Nothing of what lies there is seen; an empty folder instead. */
  | { readonly kind: 'hide'; readonly at: string }
  /** What lies at `from` is seen at `at`. */
  | { readonly kind: 'show'; readonly from: string; readonly at: string; readonly writable: boolean };

interface View {
  readonly folder: string;
  readonly writable: readonly string[];
  readonly readable: readonly string[];
  /** Private folders: the data directory, homes, temporary folders. */
  readonly hidden: readonly string[];
  /** A folder of the command's own that takes the place of every temporary folder. */
  readonly temporary: { readonly from: string; readonly at: readonly string[] };
}

/**
 * The steps in the order in which they are to be mounted. Shallow ones come first, so the deepest that covers a path decides: a workspace
 * inside the hidden data directory is seen, the key beside it is not.
 */
export function mountSteps(view: View): MountStep[] {
  const steps: MountStep[] = [
    ...view.hidden.map((at): MountStep => ({ kind: 'hide', at })),
    ...view.temporary.at.map((at): MountStep => ({ kind: 'show', from: view.temporary.from, at, writable: true })),
    ...view.readable.map((at): MountStep => ({ kind: 'show', from: at, at, writable: false })),
    ...view.writable.map((at): MountStep => ({ kind: 'show', from: at, at, writable: true })),
    { kind: 'show', from: view.folder, at: view.folder, writable: true },
  ];
  // Of several for one path the last of the list above decides.
  const byPath = new Map(steps.map((step) => [path.resolve(step.at), { ...step, at: path.resolve(step.at) }]));
  return [...byPath.values()].sort((a, b) => depth(a.at) - depth(b.at) || (a.at < b.at ? -1 : 1));
}

function depth(folder: string): number {
  return folder.split('/').filter(Boolean).length;
}

/** For `sh`: one word, whatever it holds. */
export function quote(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/**
 * Shell lines that mount the steps; run as (mapped) root in a mount namespace of their own. Everything to be shown is first put aside on
 * `stash`, because a hidden parent would take it out of reach.
 */
export function mountScript(steps: readonly MountStep[], stash: string): string {
  const shown = steps.filter((step) => step.kind === 'show');
  const lines = [
    'set -e',
    `mount -t tmpfs -o mode=755,size=1m paved ${quote(stash)}`,
    ...shown.flatMap((step, i) => [`mkdir ${quote(`${stash}/${i}`)}`, `mount --rbind ${quote(step.from)} ${quote(`${stash}/${i}`)}`]),
    ...steps.flatMap((step) => {
      const at = quote(step.at);
      if (step.kind === 'hide') return [`mkdir -p ${at}`, `mount -t tmpfs -o mode=755,size=4m paved ${at}`];
      const from = quote(`${stash}/${shown.indexOf(step)}`);
      const readOnly = step.writable ? [] : [`mount -o remount,bind,ro ${at}`];
      return [`mkdir -p ${at}`, `mount --rbind ${from} ${at}`, ...readOnly];
    }),
    `umount -l ${quote(stash)}`,
  ];
  return lines.join('\n');
}
