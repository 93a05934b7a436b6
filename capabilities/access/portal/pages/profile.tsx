import { useMantineColorScheme } from '@mantine/core';
import { changePassword } from '@paved/client';
import {
  Button,
  call,
  capital,
  EntityLink,
  ErrorNotice,
  KeyValues,
  nameOf,
  Section,
  Segments,
  toast,
  useChange,
  useSession,
  SettingsFrame,
} from '@paved/ui';
import { useState } from 'react';
import { PasswordField } from '../parts/door.tsx';

/** Who you are here, your password, and the look. */
export function Page() {
  const session = useSession();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const [current, setCurrent] = useState('');
  const [next, setNext] = useState('');
  const change = useChange<void>(() => call(changePassword, { body: { current, next } }), {
    done: () => {
      setCurrent('');
      setNext('');
      toast('Password changed', { note: 'Your other sessions have ended' });
    },
  });
  if (!session) return null;
  const { actor } = session;
  return (
    <SettingsFrame title="Profile">
      <div style={{ maxWidth: 560 }}>
        <Section title="You">
          <KeyValues
            items={[
              ['Name', actor.displayName],
              [
                'User',
                <EntityLink key="user" entityRef={actor.ref}>
                  {nameOf(actor.ref)}
                </EntityLink>,
              ],
              ['Role', capital(actor.role.replace('-', ' '))],
              [
                'Teams',
                actor.groups.length === 0 ? (
                  <span key="none" className="p-t3">
                    None. A platform engineer adds you to one.
                  </span>
                ) : (
                  actor.groups.map((group, i) => (
                    <span key={group}>
                      {i > 0 ? ', ' : ''}
                      <EntityLink entityRef={group} />
                    </span>
                  ))
                ),
              ],
            ]}
          />
        </Section>
        <Section title="Look">
          <Segments
            label="Look"
            value={colorScheme}
            onChange={setColorScheme}
            options={[
              { value: 'light', label: 'Light' },
              { value: 'dark', label: 'Dark' },
              { value: 'auto', label: 'As the system' },
            ]}
          />
        </Section>
        {session.hasPassword ? (
          <Section title="Password">
            <form
              onSubmit={(event) => {
                event.preventDefault();
                change.mutate();
              }}
            >
              <input type="hidden" autoComplete="username" value={nameOf(actor.ref)} readOnly />
              <PasswordField id="current" label="Now" value={current} onChange={setCurrent} autoComplete="current-password" />
              <PasswordField
                id="next"
                label="New"
                value={next}
                onChange={setNext}
                autoComplete="new-password"
                help="At least 10 characters. Your other sessions end."
              />
              {change.error ? (
                <div style={{ marginTop: 16 }}>
                  <ErrorNotice error={change.error} />
                </div>
              ) : null}
              <div className="p-row" style={{ marginTop: 20 }}>
                <Button type="submit" look="primary" working={change.isPending}>
                  Change password
                </Button>
              </div>
            </form>
          </Section>
        ) : null}
      </div>
    </SettingsFrame>
  );
}
