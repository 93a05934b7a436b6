import { capital, Icon, nameOf, Section, type IconType } from '@paved/ui';
import { IconBrandGit, IconFilePlus, IconPlayerPlay, IconTag } from '@tabler/icons-react';

interface WhatHappensProps {
  readonly name: string;
  readonly owner: string | undefined;
  readonly system: string | undefined;
  readonly type: string;
}

/** The steps of an import in the words of the form, before it starts. */
export function WhatHappens({ name, owner, system, type }: WhatHappensProps) {
  const shown = name === '' ? 'name' : name;
  const team = owner === undefined ? 'its owner' : capital(nameOf(owner));
  const library = type === 'library';
  const items: readonly { icon: IconType; what: string; note: string }[] = [
    {
      icon: IconBrandGit,
      what: `${owner === undefined ? 'owner' : nameOf(owner)}/${shown}`,
      note: 'Repository with all branches and tags. The original is only read.',
    },
    {
      icon: IconFilePlus,
      what: library ? 'catalog-info.yaml' : 'catalog-info.yaml and score.yaml',
      note: library
        ? 'Added in one commit when it is missing.'
        : 'Added in one commit where missing; what is there stays. Without a start command there is no score.yaml.',
    },
    {
      icon: IconTag,
      what: `${capital(type)} ${shown}`,
      note: `In the catalog, owned by ${team}${system === undefined ? '' : `, part of ${capital(nameOf(system))}`}.`,
    },
    ...(library
      ? []
      : [{ icon: IconPlayerPlay, what: 'Build and deployment', note: 'By the pipeline that matches it; the run says when none does.' }]),
  ];
  return (
    <Section title="What happens">
      <ol className="p-list top">
        {items.map((item) => (
          <li key={item.note}>
            <Icon of={item.icon} />
            <div className="body">
              <b>{item.what}</b>
              <small>{item.note}</small>
            </div>
          </li>
        ))}
      </ol>
      <p className="p-help">
        When the import fails or is cancelled, all of it is taken back. A build that fails leaves the service to be repaired.
      </p>
    </Section>
  );
}
