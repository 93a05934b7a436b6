import { Suspense, useMemo, type ReactNode } from 'react';
import type { DiffAnswerFile, DiffLine } from './diff-lines.ts';
import { lazyCode } from './lazy-code.tsx';
import { SkeletonRows } from './skeleton.tsx';

const Inner = lazyCode(async () => (await import('./diff-inner.tsx')).DiffInner, { whole: true });

export interface DiffProps {
  /** A unified patch, two texts of one file, or files as the API answers them. */
  readonly source:
    | { readonly patch: string }
    | { readonly path: string; readonly before: string | undefined; readonly after: string | undefined }
    | { readonly files: readonly DiffAnswerFile[] };
  readonly sides?: boolean;
  /** What stands below a line: remarks, a form. */
  readonly onLine?: (path: string, line: DiffLine) => ReactNode;
  /** A click on a line's number. */
  readonly onChoose?: ((path: string, line: DiffLine) => void) | undefined;
}

/** A difference; the diff code is fetched when first shown. */
export function Diff(props: DiffProps) {
  // Pages write the source anew on each draw; what it holds stays the same.
  const { patch, path, before, after, files } = props.source as Partial<Record<'patch' | 'path' | 'before' | 'after' | 'files', unknown>>;
  const source = useMemo(() => props.source, [patch, path, before, after, files]); // oxlint-disable-line react-hooks/exhaustive-deps -- its parts
  return (
    <Suspense fallback={<SkeletonRows label="The difference" rows={8} height={20} />}>
      <Inner {...props} source={source} />
    </Suspense>
  );
}
