import type { RemovalPreview } from '@paved/services';
import { bytes, plural, TextLink, typeWords } from '@paved/ui';

interface Row {
  readonly key: string;
  readonly what: string;
  readonly note: string;
}

const named = (type: string, id: string): string => {
  const last = id.split('.').at(-1) ?? id;
  return last === type ? typeWords(type) : `${typeWords(type)} ${last}`;
};

/** What goes. */
const going = ({ environments, variables, repository, catalog }: RemovalPreview, keepRepository: boolean): Row[] => [
  ...environments.flatMap((environment) => {
    const gone = environment.nodes.filter((node) => node.action === 'delete').map((node) => typeWords(node.type));
    return gone.length === 0 ? [] : [{ key: environment.name, what: gone.join(', '), note: environment.title }];
  }),
  ...(variables.length === 0
    ? []
    : [
        {
          key: 'variables',
          what: [...new Set(variables.map(({ name }) => name))].join(', '),
          note: variables.some(({ kind }) => kind === 'secret') ? 'variables and secrets' : plural(variables.length, 'variable'),
        },
      ]),
  ...(repository === undefined || repository.stays !== undefined || keepRepository
    ? []
    : [
        {
          key: repository.slug,
          what: repository.slug,
          note: [
            plural(repository.commits, 'commit'),
            ...(repository.openPullRequests > 0 ? [plural(repository.openPullRequests, 'open pull request')] : []),
          ].join(', '),
        },
      ]),
  ...catalog.entities.map((ref) => ({ key: ref, what: ref.split('/').at(-1) ?? ref, note: `${ref.split(':')[0]}, leaves the catalog` })),
];

/** What stays, with the reason. */
const staying = ({ environments, kept, repository, catalog }: RemovalPreview, keepRepository: boolean): Row[] => [
  ...kept.map((data) => ({
    key: data.uid,
    what: named(data.type, data.id),
    note: [
      environments.find(({ name }) => name === data.environment)?.title ?? data.environment,
      ...(data.bytes === undefined ? [] : [bytes(data.bytes)]),
    ].join(', '),
  })),
  ...(repository === undefined || (repository.stays === undefined && !keepRepository)
    ? []
    : [{ key: repository.slug, what: repository.slug, note: 'repository' }]),
  ...(catalog.stays === undefined ? [] : [{ key: 'catalog', what: 'Catalog entry', note: 'described elsewhere' }]),
];

function Rows({ label, rows }: { label: string; rows: readonly Row[] }) {
  return (
    <>
      <h3 style={{ margin: '12px 0 0' }}>{label}</h3>
      <ul className="p-list bare" aria-label={label}>
        {rows.map((row) => (
          <li key={row.key}>
            <div className="body p-trunc">{row.what}</div>
            <span className="when">{row.note}</span>
          </li>
        ))}
      </ul>
    </>
  );
}

/** What goes and what is kept, side by side with the reasons. */
export function RemovalList({ preview, keepRepository }: { preview: RemovalPreview; keepRepository: boolean }) {
  const goes = going(preview, keepRepository);
  const stays = staying(preview, keepRepository);
  const guarded = preview.environments.filter((environment) => environment.protected).map(({ title }) => title);
  const reasons = [preview.repository?.stays, preview.catalog.stays].filter((reason) => reason !== undefined);
  return (
    <>
      <p>
        {preview.environments.length === 0
          ? 'It runs nowhere.'
          : `It stops serving in ${preview.environments.map(({ title }) => title).join(', ')} at once.`}{' '}
        {guarded.length === 0 ? '' : `${guarded.join(' and ')} is protected.`}
      </p>
      {goes.length === 0 ? null : <Rows label="What goes" rows={goes} />}
      {stays.length === 0 ? null : <Rows label="What is kept" rows={stays} />}
      {reasons.map((reason) => (
        <p className="p-help" key={reason}>
          {reason}
        </p>
      ))}
      {preview.kept.length === 0 ? null : (
        <p className="p-help">
          Data stays until somebody destroys it under <TextLink href="/kept">kept data</TextLink>.
        </p>
      )}
    </>
  );
}
