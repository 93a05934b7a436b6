import { Button, SchemaForm, Section, toast } from '@paved/ui';
import { useState } from 'react';

const schema = {
  required: ['name', 'owner'],
  properties: {
    name: {
      title: 'Name',
      type: 'string',
      'ui:field': 'EntityNamePicker',
      description: 'Lower-case letters, digits and dashes.',
      pattern: '^[a-z][a-z0-9-]*$',
    },
    owner: { title: 'Owner', type: 'string', 'ui:field': 'OwnerPicker' },
    database: {
      title: 'Database',
      type: 'string',
      default: 'standard',
      oneOf: [
        { const: 'none', title: 'None', description: 'The service keeps no data of its own' },
        { const: 'standard', title: 'PostgreSQL, standard', description: '1 vCPU, 2 GiB, daily backup kept 14 days' },
        { const: 'large', title: 'PostgreSQL, large', description: '4 vCPU, 16 GiB, replica' },
      ],
    },
    queue: { title: 'Queue name', type: 'string', pattern: '^[a-z0-9-]+$' },
    port: { title: 'Port', type: 'integer', minimum: 1, maximum: 65535 },
    tls: { title: 'Only over TLS', type: 'boolean', description: 'Plain requests are sent on to https.' },
    hosts: { title: 'Host names', type: 'array', items: { type: 'string' } },
    repo: { title: 'Repository', type: 'string', 'ui:field': 'RepoUrlPicker' },
  },
};

const pickers = {
  entities: async (query: string) =>
    ['group:default/playback', 'group:default/payments', 'group:default/discovery']
      .filter((ref) => ref.includes(query.toLowerCase()))
      .map((ref) => ({ ref, title: ref.split('/')[1] ?? ref, note: 'team' })),
  nameTaken: async (_kind: string, name: string) => name === 'playback-api',
  repositoryHost: 'paved.localhost:7420',
  projects: async () => ['playback', 'payments'],
  ownGroups: ['group:default/playback'],
};

/** A form made from a schema. */
export function FormPart() {
  const [form, setForm] = useState<Record<string, unknown>>({ name: 'Concert Alerts', queue: 'Concert Alerts' });
  return (
    <Section title="Form">
      <SchemaForm id="gallery-form" schema={schema} value={form} onChange={setForm} onSubmit={() => toast('Sent')} pickers={pickers} />
      <div style={{ marginTop: 24 }}>
        <Button type="submit" form="gallery-form" look="primary">
          Create 15 items
        </Button>
      </div>
    </Section>
  );
}
