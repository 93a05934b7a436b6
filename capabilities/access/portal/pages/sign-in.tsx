import { getSignInOptions, listDemoPeople, signIn as signInWith, signInToDemo } from '@paved/client';
import { type ApiError, Avatar, Button, call, capital, ErrorNotice, nameOf, useCall, useChange, useUrlState } from '@paved/ui';
import { useState } from 'react';
import { useAfterSignIn } from '../parts/after-sign-in.ts';
import { Door, PasswordField } from '../parts/door.tsx';
import { OneTimeLink } from '../parts/one-time-link.tsx';

/** The sign-in page: a one-time link, a password, or one of the demo's people. */
export function Page() {
  const { params } = useUrlState();
  const code = params.get('link');
  return code === null ? <SignIn /> : <OneTimeLink code={code} />;
}

function SignIn() {
  const options = useCall(getSignInOptions);
  const done = useAfterSignIn();
  const [login, setLogin] = useState('');
  const [password, setPassword] = useState('');
  const signIn = useChange<void>(() => call(signInWith, { body: { login, password } }), { done });
  const organization = options.data?.organization ?? 'Paved';
  // The title and the sentence below it depend on the answer; a form that moves while someone aims at it is worse than a blank blink.
  const demo = options.data?.demo === true;
  const people = useCall(listDemoPeople, undefined, { off: !demo });
  if (options.isPending || (demo && people.isPending)) return null;
  return (
    <Door
      title={`Sign in to ${organization}`}
      lede={
        demo
          ? 'This is a demo: choose who you are. No password is needed.'
          : options.data?.needsAdministrator
            ? 'Nobody is administrator yet. The first sign-in link is in the terminal where Paved was started.'
            : undefined
      }
    >
      {demo ? (
        <>
          <DemoPeople people={people.data?.items ?? []} error={people.error} onDone={done} />
          <h2>Or with a password</h2>
        </>
      ) : null}
      <form
        onSubmit={(event) => {
          event.preventDefault();
          signIn.mutate();
        }}
      >
        <div className="p-field">
          <label htmlFor="login">User name or e-mail</label>
          <input
            id="login"
            name="login"
            className="p-input"
            required
            autoComplete="username"
            autoCapitalize="none"
            spellCheck={false}
            value={login}
            onChange={(event) => setLogin(event.target.value)}
          />
        </div>
        <PasswordField id="password" label="Password" value={password} onChange={setPassword} autoComplete="current-password" />
        {signIn.error ? (
          <div style={{ marginTop: 16 }}>
            <ErrorNotice error={signIn.error} />
          </div>
        ) : null}
        <Button type="submit" look={demo ? 'default' : 'primary'} working={signIn.isPending}>
          Sign in
        </Button>
      </form>
      {options.data && !demo ? (
        <p className="p-help" style={{ marginTop: 16 }}>
          No account, or the password is lost? A platform engineer sends you a link.
        </p>
      ) : null}
    </Door>
  );
}

interface DemoPerson {
  readonly ref: string;
  readonly displayName: string;
  readonly role: string;
  readonly groups: readonly string[];
}

function DemoPeople({ people, error, onDone }: { people: readonly DemoPerson[]; error: ApiError | null; onDone: () => void }) {
  const enter = useChange<string>((userRef) => call(signInToDemo, { body: { userRef } }), { done: onDone });
  return (
    <section aria-label="People of the demo">
      <ErrorNotice error={enter.error ?? error} />
      <ul className="p-people">
        {people.map((person) => (
          <li key={person.ref}>
            <button type="button" onClick={() => enter.mutate(person.ref)}>
              <Avatar name={person.displayName} />
              <span>
                <b>{person.displayName}</b>
                <small>{person.groups.map((group) => capital(nameOf(group))).join(', ') || nameOf(person.ref)}</small>
              </span>
              <span className="role">{capital(person.role.replace('-', ' '))}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
