import { api, Button, ErrorNotice, Glyph, plural, Segments, type StatusName, toast, useChange } from '@paved/ui';
import { useState } from 'react';
import type { PullRequestAnswer } from '../shapes.ts';

/** What stands in the way, by its shape: work under way, a failure, or a person who has to act. */
const blockerStatus = (code: string): StatusName =>
  code === 'check_running' ? 'progressing' : code === 'changes_requested' ? 'waiting' : code === 'nothing' ? 'skipped' : 'failed';

/** Whether a pull request can be merged, what stands in the way, and merging it. */
export function Merge({ data, path }: { data: PullRequestAnswer; path: string }) {
  const { pullRequest: pull, mergeability } = data;
  const [method, setMethod] = useState<'merge' | 'squash'>('merge');
  const [reason, setReason] = useState('');
  const merge = useChange<void>(
    () => api.post(`${path}/merge`, { method, expectedHead: pull.headSha, ...(reason.trim() === '' ? {} : { overrideReason: reason }) }),
    { refresh: ['/api/repositories'], done: () => toast(`#${pull.number} is merged`) },
  );
  const hard = mergeability.blockers.filter((blocker) => !blocker.override);
  const soft = mergeability.blockers.filter((blocker) => blocker.override);
  const blocked = hard[0]?.sentence ?? (soft.length > 0 && reason.trim().length < 3 ? soft[0]?.sentence : undefined);
  return (
    <section className="p-merge" aria-label="Merging">
      {mergeability.blockers.length === 0 ? (
        <p className="p-13 p-row tight">
          <Glyph status="healthy" label={null} /> Nothing stands in the way.{' '}
          {mergeability.behind > 0 ? `It is ${plural(mergeability.behind, 'commit')} behind ${pull.base}.` : ''}
        </p>
      ) : (
        <ul className="p-13">
          {mergeability.blockers.map((blocker) => (
            <li key={blocker.code} className="p-row tight" style={{ minHeight: 28 }}>
              <Glyph status={blockerStatus(blocker.code)} label={null} /> {blocker.sentence}
            </li>
          ))}
        </ul>
      )}
      {soft.length > 0 && hard.length === 0 && data.may.merge ? (
        <div className="p-field" style={{ marginTop: 12 }}>
          <label htmlFor="reason">
            Reason to merge all the same<span className="optional">kept in the audit log</span>
          </label>
          <input id="reason" className="p-input sm" value={reason} onChange={(event) => setReason(event.target.value)} />
        </div>
      ) : null}
      {merge.error ? (
        <div style={{ marginTop: 12 }}>
          <ErrorNotice error={merge.error} />
        </div>
      ) : null}
      <div className="p-row wrap" style={{ marginTop: 14 }}>
        <Button
          look="primary"
          working={merge.isPending}
          disabledReason={data.may.merge ? blocked : 'Only an owner of this repository merges'}
          onClick={() => merge.mutate()}
        >
          {method === 'squash' ? 'Squash and merge' : `Merge into ${pull.base}`}
        </Button>
        <Segments
          label="How"
          value={method}
          onChange={setMethod}
          options={[
            { value: 'merge', label: 'Merge commit' },
            { value: 'squash', label: 'Squash' },
          ]}
        />
      </div>
    </section>
  );
}
