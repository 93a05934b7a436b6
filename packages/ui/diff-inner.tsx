import { useMemo } from 'react';
import { fileOfAnswer, fileOfTexts, filesOfPatch } from './diff-lines.ts';
import { DiffFiles } from './diff-files.tsx';
import { DiffView } from './diff-view.tsx';
import type { DiffProps } from './lazy-diff.tsx';

/** The files of a difference, one below the other. */
export function DiffInner({ source, sides = false, onLine, onChoose }: DiffProps) {
  const files = useMemo(
    () =>
      'patch' in source
        ? filesOfPatch(source.patch)
        : 'files' in source
          ? source.files.map(fileOfAnswer)
          : [fileOfTexts(source.path, source.before, source.after)],
    [source],
  );
  if (files.length > 1) return <DiffFiles files={files} sides={sides} onLine={onLine} onChoose={onChoose} />;
  return (
    <>
      {files.map((file) => (
        <DiffView
          key={file.path}
          file={file}
          sides={sides}
          {...(onLine ? { onLine: (line) => onLine(file.path, line) } : {})}
          {...(onChoose ? { onChoose: (line) => onChoose(file.path, line) } : {})}
        />
      ))}
    </>
  );
}
