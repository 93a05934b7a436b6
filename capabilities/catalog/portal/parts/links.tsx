import { Icon, Section, TextLink, type EntityPartProps } from '@paved/ui';
import { IconExternalLink } from '@tabler/icons-react';
import { FirstOf } from './first-of.tsx';
import { shortAddress } from './short-address.ts';
import './links.css';

/** Links that are shown before the rest is asked for. */
const SHORT = 6;
/** Addresses that would run something instead of leading somewhere. */
const SCRIPT = /^\s*(?:javascript|data|vbscript):/i;

/** Runbooks, dashboards, chat rooms: where else there is something about it. */
export function Part({ entity }: EntityPartProps) {
  const links = entity.metadata.links ?? [];
  return (
    <Section title="Links" note={links.length > 1 ? links.length : undefined}>
      <div className="p-entity-links">
        <FirstOf
          items={links}
          most={SHORT}
          of={(link) => (
            <div key={`${link.url}${link.title ?? ''}`} title={link.url}>
              <Icon of={IconExternalLink} size={14} />
              <span className="p-trunc">
                {SCRIPT.test(link.url) ? link.url : <TextLink href={link.url}>{link.title ?? shortAddress(link.url)}</TextLink>}
              </span>
            </div>
          )}
        />
      </div>
    </Section>
  );
}
