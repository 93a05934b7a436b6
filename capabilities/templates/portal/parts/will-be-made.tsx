import { formatDuration } from '@paved/kernel';
import { bytes, capital, Glyph, Icon, iconOf, nameOf, Segments, typeWords, type ApiError } from '@paved/ui';
import { IconBrandGit, IconRocket, IconTag } from '@tabler/icons-react';
import { useState } from 'react';
import type { Preview, TemplateDetail } from '../shapes.ts';

const known = {
  'deploy:workload': { name: 'Deployment', icon: IconRocket },
  'catalog:register': { name: 'Catalog entry', icon: IconTag },
  'publish:git': { name: 'Repository', icon: IconBrandGit },
} as const;
const knownStep = (action: string) => (action in known ? known[action as keyof typeof known] : undefined);

/** "What will be made": items, files and what stands against it; follows the form without flicker. */
export function WillBeMade({
  detail,
  preview: answer,
  problem,
  obstacles,
}: {
  detail: TemplateDetail;
  preview: Preview | undefined;
  problem: ApiError | undefined;
  /** What stands against values that fit the form. */
  obstacles: Preview['problems'];
}) {
  const [view, setView] = useState<'items' | 'files'>('items');
  // A half-filled form names things "undefined": the last whole answer stays, before the first one the plain steps.
  const [whole, setWhole] = useState<Preview>();
  const isWhole = answer?.valid === true || obstacles.length > 0;
  if (isWhole && answer !== whole) setWhole(answer);
  const preview = isWhole ? answer : whole;
  const items = preview ? (preview.repository ? 1 : 0) + preview.entities.length + preview.resources.length : undefined;
  const typical = answer?.typicalMs ?? detail.card.typicalMs;
  const deploys = detail.steps.some((step) => step.action === 'deploy:workload');
  // While the form is half filled a preview may fail; that is no news. What the filled form cannot do is.
  const against = obstacles[0] ?? (answer?.valid ? answer.error : problem?.code === 'internal' ? undefined : problem);
  return (
    <div className="p-made" aria-live="off">
      <div className="p-made-head">
        <h2>What will be made</h2>
        <Segments
          label="View"
          value={view}
          onChange={setView}
          options={[
            { value: 'items', label: 'Items' },
            { value: 'files', label: 'Files' },
          ]}
        />
      </div>
      <div className="p-made-sum">
        <div>
          <b>{items ?? '–'}</b>
          <span>items</span>
        </div>
        <div>
          <b>{preview ? preview.files.length : '–'}</b>
          <span>files</span>
        </div>
        <div>
          <b>{typical ? formatDuration(typical) : '–'}</b>
          <span>{deploys ? 'to a live URL' : 'to make'}</span>
        </div>
      </div>
      {view === 'files' ? (
        <ul className="files" aria-label="Files">
          {(preview?.files ?? []).map((file) => (
            <li key={file.path}>
              {file.path}
              <span>{bytes(file.size)}</span>
            </li>
          ))}
          {preview?.files.length === 0 ? <li>Fill in the form and the files appear.</li> : null}
        </ul>
      ) : (
        <ul className="p-list">
          {preview?.repository ? (
            <li>
              <Icon of={IconBrandGit} />
              <div className="body">
                <b>{preview.repository}</b>
                <small>Repository with {preview.files.length} files</small>
              </div>
            </li>
          ) : null}
          {preview?.entities.map((entity) => (
            <li key={entity.ref}>
              <Icon of={iconOf(entity.kind, entity.type)} />
              <div className="body">
                <b>
                  {entity.kind} {entity.name}
                </b>
                <small>
                  {[entity.type ? typeWords(entity.type) : undefined, entity.owner ? `owner ${capital(nameOf(entity.owner))}` : undefined]
                    .filter(Boolean)
                    .join(', ') || 'In the catalog'}
                </small>
              </div>
            </li>
          ))}
          {preview?.resources.map((resource) => (
            <li key={`${resource.type}/${resource.name}`}>
              <Icon of={iconOf('resource', resource.type)} />
              <div className="body">
                <b>{resource.name === resource.type ? typeWords(resource.type) : `${typeWords(resource.type)} ${resource.name}`}</b>
                <small>{resource.class === 'default' ? 'One per environment' : `Class ${resource.class}, one per environment`}</small>
              </div>
            </li>
          ))}
          {detail.steps
            .filter((step) => step.action === 'deploy:workload' || (preview === undefined && knownStep(step.action)))
            .map((step) => (
              <li key={step.id}>
                <Icon of={knownStep(step.action)?.icon ?? IconRocket} />
                <div className="body">
                  <b>{knownStep(step.action)?.name}</b>
                  <small>{step.name}</small>
                </div>
              </li>
            ))}
        </ul>
      )}
      {against ? (
        <p className="p-row p-13" style={{ marginTop: 16, alignItems: 'flex-start' }}>
          <Glyph status="degraded" label={null} />
          <span className="p-t2">
            {against.message} {against.fix}
          </span>
        </p>
      ) : null}
    </div>
  );
}
