import { Diff, plural, Segments, useUrlState } from '@paved/ui';
import type { ComponentProps } from 'react';
import type { DiffAnswer } from '../shapes.ts';

interface ChangedFilesProps extends Pick<ComponentProps<typeof Diff>, 'onLine' | 'onChoose'> {
  readonly diff: DiffAnswer;
}

/** The files of a difference, unified or side by side; the address keeps which. */
export function ChangedFiles({ diff, ...lines }: ChangedFilesProps) {
  const { params, set } = useUrlState();
  const sides = params.get('diff') === 'sides';
  return (
    <>
      <div className="p-row" style={{ marginBottom: 12 }}>
        <span className="p-13 p-t2 p-grow">{plural(diff.files.length, 'file')} changed</span>
        <Segments
          label="Layout"
          value={sides ? 'sides' : 'unified'}
          onChange={(value) => set((next) => (value === 'sides' ? next.set('diff', 'sides') : next.delete('diff')))}
          options={[
            { value: 'unified', label: 'Unified' },
            { value: 'sides', label: 'Side by side' },
          ]}
        />
      </div>
      <Diff source={{ files: diff.files }} sides={sides} {...lines} />
      {diff.truncated ? <p className="p-13 p-t2">The difference is longer than 1 MiB and is cut here.</p> : null}
    </>
  );
}
