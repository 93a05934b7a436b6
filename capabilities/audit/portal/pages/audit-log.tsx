import { listAuditEntries, verifyAuditChain } from '@paved/client';
import {
  Button,
  call,
  count,
  ErrorNotice,
  Loaded,
  PageFoot,
  QueryField,
  SettingsFrame,
  Status,
  useCall,
  useChange,
  useUrlState,
} from '@paved/ui';
import { useCallback } from 'react';
import { AuditTable } from '../parts/audit-table.tsx';

/** Every change, who made it and through which door; the chain can be recomputed. */
export function Page() {
  const { params, set } = useUrlState();
  const text = params.get('q') ?? '';
  const cursor = params.get('cursor') ?? undefined;
  // One field for all three: a reference is who or what, anything else with dots is an action.
  const filter =
    text === ''
      ? {}
      : text.startsWith('user:') || text.startsWith('system:')
        ? { actor: text }
        : /^[a-z]+(\.[a-z_*]+)+$/.test(text)
          ? { action: text }
          : { subject: text };
  const log = useCall(listAuditEntries, { query: { limit: 50, cursor, ...filter } }, { keep: true, live: ['*'] });
  const verify = useChange<void, { entries: number; brokenAt?: number }>(() => call(verifyAuditChain));
  const setText = useCallback(
    (value: string) =>
      set((next) => {
        next.delete('cursor');
        if (value === '') next.delete('q');
        else next.set('q', value);
      }),
    [set],
  );
  return (
    <SettingsFrame
      title="Audit log"
      actions={
        log.data ? (
          <Button working={verify.isPending} onClick={() => verify.mutate()}>
            Verify the chain
          </Button>
        ) : undefined
      }
    >
      {verify.data ? (
        <p className="p-13" style={{ marginBottom: 12 }} role="status">
          {verify.data.brokenAt === undefined ? (
            <Status status="healthy">All {count(verify.data.entries)} entries are as they were written</Status>
          ) : (
            <Status status="failed">Entry {verify.data.brokenAt} was changed or is missing</Status>
          )}
        </p>
      ) : null}
      <ErrorNotice error={verify.error} />
      {log.data === undefined && log.error ? null : (
        <div className="p-row" style={{ marginBottom: 8 }}>
          <QueryField
            tokens={[]}
            text={text}
            placeholder="An action (access.*), a person (user:default/mira.v) or a thing"
            onText={setText}
            onRemove={() => undefined}
          />
        </div>
      )}
      <Loaded query={log} what="The audit log">
        {(page) => (
          <>
            {page.items.length === 0 ? <p className="p-13 p-t2">No change matches.</p> : <AuditTable entries={page.items} />}
            <PageFoot pageInfo={page.pageInfo}>{count(page.totalItems)} changes</PageFoot>
          </>
        )}
      </Loaded>
    </SettingsFrame>
  );
}
