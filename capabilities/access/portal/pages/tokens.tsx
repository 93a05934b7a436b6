import { createToken, endSession, listSessions, listTokens, revokeToken } from '@paved/client';
import {
  Button,
  call,
  type Column,
  CopyLine,
  DataTable,
  FormDialog,
  IconButton,
  Loaded,
  Notice,
  RelativeTime,
  Section,
  SkeletonRows,
  State,
  Tag,
  toast,
  toastError,
  useCall,
  useChange,
  SettingsFrame,
} from '@paved/ui';
import { IconKey, IconPlus, IconX } from '@tabler/icons-react';
import { useMemo, useState } from 'react';

interface Token {
  readonly id: string;
  readonly name: string;
  readonly createdAt: string;
  readonly expiresAt?: string;
  readonly lastUsedAt?: string;
}

interface ActiveSession {
  readonly id: string;
  readonly startedAt: string;
  readonly usedAt: string;
  readonly address: string;
  readonly userAgent: string;
  readonly current: boolean;
}

/** "Firefox on Linux" of a user agent. */
function device(agent: string): string {
  const browser = /Edg\//.test(agent)
    ? 'Edge'
    : /Firefox\//.test(agent)
      ? 'Firefox'
      : /Chrome\//.test(agent)
        ? 'Chrome'
        : /Safari\//.test(agent)
          ? 'Safari'
          : agent.split('/')[0] || 'Unknown';
  const system = /Mac OS/.test(agent)
    ? 'macOS'
    : /Windows/.test(agent)
      ? 'Windows'
      : /Android/.test(agent)
        ? 'Android'
        : /iPhone|iPad/.test(agent)
          ? 'iOS'
          : /Linux/.test(agent)
            ? 'Linux'
            : '';
  return system ? `${browser} on ${system}` : browser;
}

/** Personal tokens and the places where you are signed in. */
export function Page() {
  const tokens = useCall(listTokens);
  const sessions = useCall(listSessions);
  const [opened, setOpened] = useState(false);
  const [name, setName] = useState('');
  const [expiresIn, setExpiresIn] = useState('90d');
  const [made, setMade] = useState<string>();
  const create = useChange<void, { token: string }>(
    () => call(createToken, { body: { name, expiresIn: expiresIn === '' ? undefined : expiresIn } }),
    {
      refresh: ['/api/access/tokens'],
      done: ({ token }) => {
        setMade(token);
        setOpened(false);
        setName('');
      },
    },
  );
  const revoke = useChange<Token>((token) => call(revokeToken, { path: { id: token.id } }), {
    refresh: ['/api/access/tokens'],
    done: (_, token) => toast(`${token.name} no longer works`),
    failed: toastError,
  });
  const end = useChange<ActiveSession>((session) => call(endSession, { path: { id: session.id } }), {
    refresh: ['/api/access/sessions'],
    done: () => toast('That session has ended'),
    failed: toastError,
  });
  const revokeOne = revoke.mutate;
  const columns = useMemo(
    (): readonly Column<Token>[] => [
      {
        id: 'name',
        head: 'Token',
        fill: true,
        sort: (token) => token.name,
        cell: (token) => (
          <span className="p-medium" style={{ color: 'var(--p-text)' }}>
            {token.name}
          </span>
        ),
      },
      {
        id: 'used',
        head: 'Last used',
        cell: (token) => (token.lastUsedAt ? <RelativeTime at={token.lastUsedAt} /> : <span className="p-t3">never</span>),
      },
      {
        id: 'expires',
        head: 'Expires',
        hide: 'sm',
        cell: (token) => (token.expiresAt ? <RelativeTime at={token.expiresAt} /> : <Tag>Never</Tag>),
      },
      { id: 'made', head: 'Made', hide: 'sm', align: 'right', cell: (token) => <RelativeTime at={token.createdAt} /> },
      {
        id: 'revoke',
        head: <span className="p-vh">Revoke</span>,
        align: 'right',
        cell: (token) => (
          <Button small onClick={() => revokeOne(token)}>
            Revoke
          </Button>
        ),
      },
    ],
    [revokeOne],
  );
  return (
    <SettingsFrame
      title="Tokens and sessions"
      actions={
        <Button look="primary" icon={IconPlus} onClick={() => setOpened(true)}>
          New token
        </Button>
      }
    >
      {made ? (
        <div style={{ maxWidth: 720, marginBottom: 24 }}>
          <Notice tone="info" actions={<IconButton label="Hide the token" icon={IconX} onClick={() => setMade(undefined)} />}>
            <b>Copy it now: it is not shown again.</b>
            <div style={{ marginTop: 8 }}>
              <CopyLine text={made} label="Copy the token" />
            </div>
          </Notice>
        </div>
      ) : null}
      <Section title="Personal tokens" note={tokens.data?.items.length || undefined}>
        <Loaded query={tokens} what="Tokens" skeleton={<SkeletonRows label="Tokens" rows={3} height={40} />}>
          {(page) =>
            page.items.length === 0 ? (
              <State icon={IconKey} title="No tokens yet">
                A token lets a script or git act as you. On your own machine “paved login” needs none.
              </State>
            ) : (
              <DataTable label="Tokens" rows={page.items} columns={columns} id={(token) => token.id} />
            )
          }
        </Loaded>
      </Section>
      {/* Below a list of unknown length: it comes with it, and is moved by nobody. */}
      {tokens.isPending ? null : (
        <Section title="Where you are signed in">
          <Loaded query={sessions} what="Sessions" skeleton={<SkeletonRows label="Sessions" rows={1} height={52} />}>
            {(page) => (
              <ul className="p-list">
                {page.items.map((session) => (
                  <li key={session.id}>
                    <div className="body">
                      <b>{device(session.userAgent)}</b> {session.current ? <Tag>This one</Tag> : null}
                      <small>
                        {session.address} · signed in <RelativeTime at={session.startedAt} />
                      </small>
                    </div>
                    <span className="when">
                      used <RelativeTime at={session.usedAt} />
                    </span>
                    {session.current ? null : (
                      <Button small onClick={() => end.mutate(session)}>
                        End
                      </Button>
                    )}
                  </li>
                ))}
              </ul>
            )}
          </Loaded>
        </Section>
      )}
      <FormDialog
        opened={opened}
        onClose={() => setOpened(false)}
        title="New token"
        submit="Make token"
        working={create.isPending}
        error={create.error}
        onSubmit={() => create.mutate()}
        disabledReason={name.trim() === '' ? 'Give it a name' : undefined}
      >
        <div className="p-field">
          <label htmlFor="token-name">What it is for</label>
          <input
            id="token-name"
            className="p-input"
            data-autofocus
            value={name}
            placeholder="release script"
            onChange={(event) => setName(event.target.value)}
          />
        </div>
        <div className="p-field">
          <label htmlFor="token-expiry">Works for</label>
          <select id="token-expiry" className="p-input" value={expiresIn} onChange={(event) => setExpiresIn(event.target.value)}>
            <option value="1d">1 day</option>
            <option value="30d">30 days</option>
            <option value="90d">90 days</option>
            <option value="365d">1 year</option>
            <option value="">Until it is revoked</option>
          </select>
          <p className="p-help">It may do what you may do, and it is in the audit log by this name.</p>
        </div>
      </FormDialog>
    </SettingsFrame>
  );
}
