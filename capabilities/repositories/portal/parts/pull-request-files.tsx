import { api, Button, ErrorNotice, Loaded, SkeletonRows, useChange, useData, type DiffLine } from '@paved/ui';
import { useState } from 'react';
import type { DiffAnswer, PullRequestAnswer } from '../shapes.ts';
import { ChangedFiles } from './changed-files.tsx';
import { Remark } from './remark.tsx';

/** What a pull request changes, with what people said about its lines. */
export function PullRequestFiles({ data, path }: { data: PullRequestAnswer; path: string }) {
  const diff = useData<DiffAnswer>(`${path}/diff`);
  const [at, setAt] = useState<{ path: string; line: DiffLine }>();
  const [body, setBody] = useState('');
  const say = useChange<void>(
    () =>
      api.post(`${path}/remarks`, {
        body,
        path: at?.path,
        line: at?.line.after ?? at?.line.before,
        side: at?.line.kind === 'del' ? 'old' : 'new',
      }),
    {
      refresh: [path],
      done: () => {
        setAt(undefined);
        setBody('');
      },
    },
  );
  const below = (file: string, line: DiffLine) => {
    const remarks = data.remarks.filter(
      (remark) =>
        remark.path === file &&
        !remark.outdated &&
        (remark.side === 'old' ? line.kind === 'del' && remark.line === line.before : line.kind !== 'del' && remark.line === line.after),
    );
    const writing = at?.path === file && at.line.after === line.after && at.line.before === line.before && at.line.kind === line.kind;
    if (remarks.length === 0 && !writing) return null;
    return (
      <div className="p-line-remarks">
        {remarks.map((remark) => (
          <Remark key={remark.id} remark={remark} />
        ))}
        {writing ? (
          <form
            onSubmit={(event) => {
              event.preventDefault();
              say.mutate();
            }}
          >
            <textarea
              className="p-input"
              rows={3}
              aria-label="Remark on this line"
              autoFocus
              value={body}
              onChange={(event) => setBody(event.target.value)}
            />
            <ErrorNotice error={say.error} />
            <div className="p-row" style={{ marginTop: 8 }}>
              <Button small type="submit" working={say.isPending} disabledReason={body.trim() === '' ? 'Write something first' : undefined}>
                Remark on this line
              </Button>
              <Button small look="quiet" onClick={() => setAt(undefined)}>
                Cancel
              </Button>
            </div>
          </form>
        ) : null}
      </div>
    );
  };
  return (
    <Loaded query={diff} what="The difference" skeleton={<SkeletonRows label="The difference" rows={12} height={20} />}>
      {(answer) => (
        <ChangedFiles
          diff={answer}
          onLine={below}
          onChoose={data.pullRequest.state === 'open' ? (file, line) => setAt({ path: file, line }) : undefined}
        />
      )}
    </Loaded>
  );
}
