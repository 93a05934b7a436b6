import { previewLink, redeemLink } from '@paved/client';
import { Button, call, ErrorNotice, Link, nameOf, RelativeTime, useCall, useChange } from '@paved/ui';
import { useState } from 'react';
import { useAfterSignIn } from './after-sign-in.ts';
import { Door, PasswordField } from './door.tsx';

/** A one-time link: the first administrator, an invitation, or a new password. */
export function OneTimeLink({ code }: { code: string }) {
  const link = useCall(previewLink, { path: { code } });
  const done = useAfterSignIn();
  const [username, setUsername] = useState('');
  const [name, setName] = useState<string>();
  const [password, setPassword] = useState('');
  const first = link.data !== undefined && link.data.userRef === undefined;
  const shownName = name ?? link.data?.name ?? '';
  const redeem = useChange<void>(
    () =>
      call(redeemLink, {
        path: { code },
        body: { username: first ? username : undefined, name: shownName.trim() === '' ? undefined : shownName, password },
      }),
    { done },
  );
  if (link.error) {
    return (
      <Door title="This link does not work" lede={`${link.error.message} ${link.error.fix ?? ''}`}>
        <Link className="p-button" href="/sign-in">
          Go to sign-in
        </Link>
      </Door>
    );
  }
  if (!link.data) return <Door title="One moment">{null}</Door>;
  const reset = link.data.purpose === 'reset';
  return (
    <Door
      title={
        first ? 'Make the first administrator' : reset ? 'Choose a new password' : `Welcome${link.data.name ? `, ${link.data.name}` : ''}`
      }
      lede={
        <>
          {first
            ? 'This account may do everything and invites the others.'
            : reset
              ? `For ${link.data.userRef ? nameOf(link.data.userRef) : 'you'}. Your other sessions end.`
              : `You sign in as ${link.data.userRef ? nameOf(link.data.userRef) : 'yourself'}.`}{' '}
          The link works once, until <RelativeTime at={link.data.expiresAt} />.
        </>
      }
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          redeem.mutate();
        }}
      >
        {first ? (
          <div className="p-field">
            <label htmlFor="username">User name</label>
            <input
              id="username"
              className="p-input"
              required
              autoComplete="username"
              autoCapitalize="none"
              spellCheck={false}
              pattern="[a-z0-9][a-z0-9._\-]*"
              value={username}
              onChange={(event) => setUsername(event.target.value)}
              aria-describedby="username-help"
            />
            <p className="p-help" id="username-help">
              Lower-case letters, digits, dots and dashes, such as mira.v.
            </p>
          </div>
        ) : (
          <input type="hidden" autoComplete="username" value={link.data.userRef ? nameOf(link.data.userRef) : ''} readOnly />
        )}
        {reset ? null : (
          <div className="p-field">
            <label htmlFor="name">
              Your name<span className="optional">optional</span>
            </label>
            <input id="name" className="p-input" autoComplete="name" value={shownName} onChange={(event) => setName(event.target.value)} />
          </div>
        )}
        <PasswordField
          id="password"
          label="Password"
          value={password}
          onChange={setPassword}
          autoComplete="new-password"
          help="At least 10 characters. A sentence is easier to remember than signs."
        />
        {redeem.error ? (
          <div style={{ marginTop: 16 }}>
            <ErrorNotice error={redeem.error} />
          </div>
        ) : null}
        <Button type="submit" look="primary" working={redeem.isPending}>
          {reset ? 'Set password and sign in' : 'Sign in'}
        </Button>
      </form>
    </Door>
  );
}
