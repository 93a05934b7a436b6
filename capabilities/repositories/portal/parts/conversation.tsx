import { api, Avatar, Button, ErrorNotice, Link, nameOf, RelativeTime, useChange } from '@paved/ui';
import { useState } from 'react';
import { stateWords, type PullRequestAnswer } from '../shapes.ts';
import { Markdown } from './markdown.tsx';
import { Merge } from './merge.tsx';
import { Remark } from './remark.tsx';

/** What people say about a pull request, and the way to merge or close it. */
export function Conversation({ data, path, filesHref }: { data: PullRequestAnswer; path: string; filesHref: string }) {
  const { pullRequest: pull } = data;
  const [body, setBody] = useState('');
  const say = useChange<{ verdict?: 'approved' | 'changes_requested' }>(
    ({ verdict }) => api.post(`${path}/remarks`, { body, ...(verdict ? { verdict } : {}) }),
    { refresh: [path], done: () => setBody('') },
  );
  const state = useChange<'close' | 'reopen'>((verb) => api.post(`${path}/${verb}`), { refresh: ['/api/repositories'] });
  return (
    <div>
      {pull.state === 'open' ? <Merge data={data} path={path} /> : null}
      {pull.ended ? (
        <p className="p-13 p-t2" style={{ marginBottom: 16 }}>
          {stateWords[pull.state]} by {pull.ended.by.name} <RelativeTime at={pull.ended.at} />
          {pull.mergeSha ? (
            <>
              {' '}
              as{' '}
              <Link className="p-link p-mono" href={`/repositories/${pull.slug}/commit/${pull.mergeSha}`}>
                {pull.mergeSha.slice(0, 7)}
              </Link>
            </>
          ) : null}
          {pull.ended.overrideReason ? `. Checks were passed over: ${pull.ended.overrideReason}` : '.'}
        </p>
      ) : null}
      <article className="p-remark" style={{ borderTop: 0, paddingTop: 0 }}>
        <Avatar name={pull.author.name} />
        <div className="head">
          <b>{nameOf(pull.author.ref)}</b>
          <span className="p-t3 p-12">
            <RelativeTime at={pull.createdAt} />
          </span>
        </div>
        {pull.body.trim() === '' ? <p className="body p-t3">No description.</p> : <Markdown text={pull.body} />}
      </article>
      {data.remarks.map((remark) => (
        <Remark key={remark.id} remark={remark} href={filesHref} />
      ))}
      {pull.state === 'merged' ? null : (
        <form
          style={{ borderTop: '1px solid var(--p-border)', paddingTop: 16, marginBottom: 36 }}
          onSubmit={(event) => {
            event.preventDefault();
            say.mutate({});
          }}
        >
          <div className="p-field">
            <label htmlFor="remark">Say something</label>
            <textarea id="remark" className="p-input" rows={3} value={body} onChange={(event) => setBody(event.target.value)} />
          </div>
          {say.error || state.error ? (
            <div style={{ marginTop: 12 }}>
              <ErrorNotice error={say.error ?? state.error} />
            </div>
          ) : null}
          <div className="p-row wrap" style={{ marginTop: 12 }}>
            <Button type="submit" working={say.isPending} disabledReason={body.trim() === '' ? 'Write something first' : undefined}>
              Comment
            </Button>
            {data.may.review && pull.state === 'open' ? (
              <>
                <Button working={say.isPending && say.variables.verdict === 'approved'} onClick={() => say.mutate({ verdict: 'approved' })}>
                  Approve
                </Button>
                <Button
                  look="quiet"
                  disabledReason={body.trim() === '' ? 'Say what should change' : undefined}
                  onClick={() => say.mutate({ verdict: 'changes_requested' })}
                >
                  Ask for changes
                </Button>
              </>
            ) : null}
            <span className="p-grow" />
            {data.may.edit ? (
              <Button look="quiet" working={state.isPending} onClick={() => state.mutate(pull.state === 'open' ? 'close' : 'reopen')}>
                {pull.state === 'open' ? 'Close without merging' : 'Open again'}
              </Button>
            ) : null}
          </div>
        </form>
      )}
    </div>
  );
}
