import { approveDevice, denyDevice, reviewDevice } from '@paved/client';
import {
  Button,
  call,
  ErrorNotice,
  LinkButton,
  PageHeader,
  State,
  useCall,
  useChange,
  useCrumbs,
  useSession,
  useUrlState,
} from '@paved/ui';
import { IconCircleCheck, IconCircleX, IconTerminal2 } from '@tabler/icons-react';
import { useState } from 'react';
import '../parts/door.css';

/** `paved login` on a machine without a browser: the code is compared and approved here. */
export function Page() {
  useCrumbs([{ label: 'Sign in a device' }]);
  const { params, set } = useUrlState();
  const session = useSession();
  const code = params.get('code') ?? params.get('user_code') ?? '';
  const [typed, setTyped] = useState(code);
  const [decided, setDecided] = useState<'approve' | 'deny'>();
  const review = useCall(reviewDevice, { path: { userCode: code } }, { off: code === '' });
  const decide = useChange<'approve' | 'deny'>(
    (verb) => call(verb === 'approve' ? approveDevice : denyDevice, { body: { userCode: code } }),
    {
      done: (_, verb) => setDecided(verb),
    },
  );
  if (decided) {
    return (
      <State
        icon={decided === 'approve' ? IconCircleCheck : IconCircleX}
        title={decided === 'approve' ? 'The device is signed in' : 'The device was refused'}
        actions={<LinkButton href="/settings/tokens">Your sessions and tokens</LinkButton>}
      >
        {decided === 'approve'
          ? 'Go back to the terminal: it carries on by itself. You can end its session at any time.'
          : 'Nothing was given to it.'}
      </State>
    );
  }
  return (
    <>
      <PageHeader
        icon={IconTerminal2}
        title="Sign in a device"
        lede={`A command line asks to act as ${session?.actor.displayName ?? 'you'}.`}
      />
      {code === '' ? (
        <form
          style={{ maxWidth: 400 }}
          onSubmit={(event) => {
            event.preventDefault();
            set((next) => next.set('code', typed.trim().toUpperCase()));
          }}
        >
          <div className="p-field">
            <label htmlFor="code">The code the terminal shows</label>
            <input
              id="code"
              className="p-input mono"
              required
              autoComplete="off"
              autoCapitalize="characters"
              placeholder="ABCD-EFGH"
              value={typed}
              onChange={(event) => setTyped(event.target.value)}
            />
          </div>
          <div className="p-row" style={{ marginTop: 16 }}>
            <Button type="submit" look="primary">
              Look it up
            </Button>
          </div>
        </form>
      ) : review.error ? (
        <div style={{ maxWidth: 480 }}>
          <ErrorNotice error={review.error} />
          <div className="p-row" style={{ marginTop: 16 }}>
            <Button onClick={() => set((next) => ['code', 'user_code'].forEach((key) => next.delete(key)))}>Type another code</Button>
          </div>
        </div>
      ) : (
        <div style={{ maxWidth: 480 }}>
          <p className="p-t2">Does the terminal show the same code?</p>
          <p className="p-code-big">{code}</p>
          <p className="p-t2 p-13">If you did not start this yourself, refuse it: whoever did would act as you.</p>
          {decide.error ? (
            <div style={{ marginTop: 16 }}>
              <ErrorNotice error={decide.error} />
            </div>
          ) : null}
          <div className="p-row" style={{ marginTop: 20 }}>
            <Button look="primary" working={decide.isPending} onClick={() => decide.mutate('approve')}>
              Approve the device
            </Button>
            <Button onClick={() => decide.mutate('deny')}>Refuse</Button>
          </div>
        </div>
      )}
    </>
  );
}
