import { roles, type Role } from '@paved/kernel';
import { assignRole, createUser, createUserLink, listUsers, resumeUser, suspendUser } from '@paved/client';
import {
  Avatar,
  Button,
  call,
  capital,
  type Column,
  CopyLine,
  DataTable,
  DestroyDialog,
  EntityLink,
  ErrorNotice,
  FormDialog,
  IconButton,
  Loaded,
  MoreMenu,
  nameOf,
  Notice,
  RelativeTime,
  State,
  StatusPill,
  Tag,
  toast,
  toastError,
  useCall,
  useChange,
  useMay,
  SettingsFrame,
} from '@paved/ui';
import { IconPlus, IconUsers, IconX } from '@tabler/icons-react';
import { useMemo, useState } from 'react';

interface Person {
  readonly ref: string;
  readonly displayName: string;
  readonly role: Role;
  readonly groups: readonly string[];
  readonly email?: string;
  readonly account: 'none' | 'invited' | 'active' | 'suspended';
}

interface MadeLink {
  readonly url: string;
  readonly expiresAt: string;
}

const roleWords = (role: string): string => capital(role.replace('-', ' '));
const roleNotes: Record<Role, string> = {
  viewer: 'Sees what the company has; changes nothing.',
  developer: 'Creates services and changes what their teams own.',
  'platform-engineer': 'Keeps the paved road: templates, environments, everything teams own.',
  administrator: 'Also people, roles and the server itself.',
};

/** People, their roles, and the links that let them in. */
export function Page() {
  const people = useCall(listUsers, undefined, { live: ['access.*', 'catalog.entity.changed'] });
  const manage = useMay('access.user.manage');
  const assign = useMay('access.role.assign');
  const [link, setLink] = useState<MadeLink & { name: string; purpose: 'invite' | 'reset' }>();
  const [inviting, setInviting] = useState(false);
  const [form, setForm] = useState({ username: '', name: '', email: '', role: 'developer' as Role });
  const [roleOf, setRoleOf] = useState<Person>();
  const [suspend, setSuspend] = useState<Person>();
  const refresh = ['/api/access'];
  const invite = useChange<void, MadeLink & { ref: string }>(
    () =>
      call(createUser, {
        body: { username: form.username, name: form.name, role: form.role, email: form.email === '' ? undefined : form.email },
      }),
    {
      refresh,
      done: (made) => {
        setLink({ ...made, name: form.name, purpose: 'invite' });
        setInviting(false);
        setForm({ username: '', name: '', email: '', role: 'developer' });
      },
    },
  );
  const makeLink = useChange<{ person: Person; purpose: 'invite' | 'reset' }, MadeLink>(
    ({ person, purpose }) => call(createUserLink, { path: { ref: person.ref }, body: { purpose } }),
    {
      refresh,
      done: (made, { person, purpose }) => setLink({ ...made, name: person.displayName, purpose }),
      failed: toastError,
    },
  );
  const setRole = useChange<{ person: Person; role: Role }>(
    ({ person, role }) => call(assignRole, { path: { ref: person.ref }, body: { role } }),
    {
      refresh,
      done: (_, { person, role }) => {
        setRoleOf(undefined);
        toast(`${person.displayName} is ${roleWords(role).toLowerCase()} now`);
      },
    },
  );
  const setSuspended = useChange<{ person: Person; verb: 'suspend' | 'resume' }>(
    ({ person, verb }) => call(verb === 'suspend' ? suspendUser : resumeUser, { path: { ref: person.ref } }),
    {
      refresh,
      done: (_, { person, verb }) => {
        setSuspend(undefined);
        toast(verb === 'suspend' ? `${person.displayName} is kept out` : `${person.displayName} may sign in again`);
      },
      failed: toastError,
    },
  );
  const act = makeLink.mutate;
  const resume = setSuspended.mutate;
  const columns = useMemo(
    (): readonly Column<Person>[] => [
      {
        id: 'name',
        head: 'Person',
        fill: true,
        sort: (person) => person.displayName,
        cell: (person) => (
          <span className="p-row">
            <Avatar name={person.displayName} />
            <span className="p-two p-trunc">
              <span className="p-medium" style={{ color: 'var(--p-text)' }}>
                {person.displayName}
              </span>
              <small className="p-trunc">{person.email ?? nameOf(person.ref)}</small>
            </span>
          </span>
        ),
      },
      {
        id: 'teams',
        head: 'Teams',
        hide: 'lg',
        cell: (person) =>
          person.groups.length === 0 ? (
            <span className="p-t3">–</span>
          ) : (
            person.groups.slice(0, 3).map((group, i) => (
              <span key={group}>
                {i > 0 ? ', ' : ''}
                <EntityLink entityRef={group} />
              </span>
            ))
          ),
      },
      { id: 'role', head: 'Role', sort: (person) => roles.indexOf(person.role), cell: (person) => roleWords(person.role) },
      {
        id: 'account',
        head: 'Account',
        hide: 'sm',
        cell: (person) =>
          person.account === 'active' ? (
            <span className="p-t3">signs in</span>
          ) : person.account === 'invited' ? (
            <Tag>Invited</Tag>
          ) : person.account === 'suspended' ? (
            <StatusPill status="suspended">Kept out</StatusPill>
          ) : (
            <span className="p-t3">none yet</span>
          ),
      },
      {
        id: 'more',
        head: <span className="p-vh">Actions</span>,
        align: 'right',
        cell: (person) => (
          <MoreMenu
            small
            label={`Actions for ${person.displayName}`}
            entries={[
              ...(manage && (person.account === 'none' || person.account === 'invited')
                ? [{ label: 'Make an invitation link', run: () => act({ person, purpose: 'invite' }) }]
                : []),
              ...(manage && person.account === 'active'
                ? [{ label: 'Make a link for a new password', run: () => act({ person, purpose: 'reset' }) }]
                : []),
              ...(assign ? [{ label: 'Change the role', run: () => setRoleOf(person) }] : []),
              ...(manage && person.account === 'suspended'
                ? [{ label: 'Let in again', run: () => resume({ person, verb: 'resume' }) }]
                : []),
              ...(manage && person.account === 'active' ? [{ label: 'Keep out', danger: true, run: () => setSuspend(person) }] : []),
            ]}
          />
        ),
      },
    ],
    [manage, assign, act, resume],
  );
  return (
    <SettingsFrame
      title="People and roles"
      actions={
        manage ? (
          <Button look="primary" icon={IconPlus} onClick={() => setInviting(true)}>
            Invite a person
          </Button>
        ) : undefined
      }
    >
      {link ? (
        <div style={{ maxWidth: 720, marginBottom: 24 }}>
          <Notice tone="info" actions={<IconButton label="Hide the link" icon={IconX} onClick={() => setLink(undefined)} />}>
            <b>
              Send this link to {link.name}. It works once, until <RelativeTime at={link.expiresAt} />.
            </b>
            <div style={{ marginTop: 8 }}>
              <CopyLine text={link.url} label="Copy the link" />
            </div>
          </Notice>
        </div>
      ) : null}
      <Loaded query={people} what="People">
        {(page) =>
          page.items.length === 0 ? (
            <State icon={IconUsers} title="Nobody yet">
              People come from the catalog (kind User) or are invited here.
            </State>
          ) : (
            <DataTable
              label="People"
              rows={page.items}
              columns={columns}
              id={(person) => person.ref}
              density="tall"
              initialSort={{ id: 'name' }}
            />
          )
        }
      </Loaded>
      <FormDialog
        opened={inviting}
        onClose={() => setInviting(false)}
        title="Invite a person"
        submit="Make the link"
        working={invite.isPending}
        error={invite.error}
        onSubmit={() => invite.mutate()}
        disabledReason={form.username === '' || form.name === '' ? 'Name and user name are needed' : undefined}
      >
        <div className="p-field">
          <label htmlFor="person-name">Name</label>
          <input
            id="person-name"
            className="p-input"
            data-autofocus
            value={form.name}
            onChange={(event) => setForm({ ...form, name: event.target.value })}
          />
        </div>
        <div className="p-field">
          <label htmlFor="person-user">User name</label>
          <input
            id="person-user"
            className="p-input"
            autoCapitalize="none"
            spellCheck={false}
            value={form.username}
            onChange={(event) => setForm({ ...form, username: event.target.value })}
          />
          <p className="p-help">Lower case, such as mira.v. It cannot be changed later.</p>
        </div>
        <div className="p-field">
          <label htmlFor="person-email">
            E-mail<span className="optional">optional</span>
          </label>
          <input
            id="person-email"
            type="email"
            className="p-input"
            value={form.email}
            onChange={(event) => setForm({ ...form, email: event.target.value })}
          />
        </div>
        <fieldset className="p-field">
          <legend>Role</legend>
          <RoleChoice value={form.role} onChange={(role) => setForm({ ...form, role })} />
        </fieldset>
      </FormDialog>
      {roleOf ? (
        <FormDialog
          opened
          onClose={() => setRoleOf(undefined)}
          title={`Role of ${roleOf.displayName}`}
          submit="Change the role"
          working={setRole.isPending}
          error={setRole.error}
          onSubmit={() => setRole.mutate({ person: roleOf, role: roleOf.role })}
        >
          <RoleChoice value={roleOf.role} onChange={(role) => setRoleOf({ ...roleOf, role })} />
        </FormDialog>
      ) : null}
      {suspend ? (
        <DestroyDialog
          opened
          onClose={() => setSuspend(undefined)}
          title={`Keep ${suspend.displayName} out?`}
          keep="Leave as it is"
          destroy="Keep out"
          working={setSuspended.isPending}
          error={setSuspended.error}
          onDestroy={() => setSuspended.mutate({ person: suspend, verb: 'suspend' })}
        >
          <p>All sessions end now and tokens stop working until the person is let in again. What they own stays.</p>
        </DestroyDialog>
      ) : null}
      {makeLink.error ? <ErrorNotice error={makeLink.error} /> : null}
    </SettingsFrame>
  );
}

function RoleChoice({ value, onChange }: { value: Role; onChange: (role: Role) => void }) {
  return (
    <div className="p-radios" role="radiogroup" aria-label="Role">
      {roles.map((role) => (
        <label className="p-radio" key={role}>
          <input type="radio" name="role" checked={role === value} onChange={() => onChange(role)} />
          <span>
            <b>{roleWords(role)}</b>
            <small>{roleNotes[role]}</small>
          </span>
        </label>
      ))}
    </div>
  );
}
