import { capital, KeyValues, TextLink } from '@paved/ui';
import type { DocumentPlace } from '../draft.ts';

/** Where a change lands: repository, branch and file, or what else keeps the document. */
export function Landing({ place }: { place: DocumentPlace }) {
  if (place.label === undefined) return <p className="p-13 p-t2 p-break">{capital(place.words)}</p>;
  return (
    <KeyValues
      label="Where it lands"
      items={[
        [
          'Repository',
          <TextLink
            key="repository"
            className="p-mono p-anywhere"
            href={place.type === 'repository' ? `/repositories/${place.label}` : (place.repository ?? '')}
          >
            {place.label}
          </TextLink>,
        ],
        [
          'Branch',
          place.branch === undefined ? (
            'The default branch'
          ) : (
            <span key="branch" className="p-mono p-anywhere">
              {place.branch}
            </span>
          ),
        ],
        [
          'File',
          <span key="file" className="p-mono p-anywhere">
            {place.path}
          </span>,
        ],
      ]}
    />
  );
}
