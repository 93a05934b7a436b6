import { Menu } from '@mantine/core';
import { IconDots } from '@tabler/icons-react';
import { useEffect, useRef, type ReactNode } from 'react';
import { IconButton } from './button.tsx';
import { Icon, type IconType } from './icon.tsx';
import { Link } from './link.tsx';
import './page-header.css';

/** A fact about the page's thing: an icon instead of a label. */
export interface HeaderFact {
  readonly icon?: IconType;
  readonly text: ReactNode;
  /** What the icon means, for screen readers. */
  readonly label?: string;
}

export interface MenuEntry {
  readonly label: string;
  readonly icon?: IconType;
  readonly run?: () => void;
  readonly href?: string;
  /** Last, below a line. */
  readonly danger?: boolean;
}

interface PageHeaderProps {
  readonly icon?: IconType;
  readonly title: ReactNode;
  /** The one pill of the page. */
  readonly pill?: ReactNode;
  readonly lede?: ReactNode;
  readonly facts?: readonly (HeaderFact | undefined)[];
  /** Up to three actions. */
  readonly actions?: ReactNode;
  readonly more?: readonly MenuEntry[];
  readonly tight?: boolean;
}

/** Title, one sentence, facts, actions. */
export function PageHeader({ icon, title, pill, lede, facts = [], actions, more = [], tight = false }: PageHeaderProps) {
  const shown = facts.filter((fact) => fact !== undefined);
  return (
    <header className={`p-head ${tight ? 'tight' : ''} ${actions === undefined ? 'lone' : ''}`}>
      <div className="titles">
        <h1>
          {icon ? <Icon of={icon} size={20} /> : null}
          {title}
          {pill}
        </h1>
        {lede === undefined ? null : <p className="lede">{lede}</p>}
        {shown.length === 0 ? null : (
          <div className="facts">
            {shown.map((fact, i) => (
              <span key={i}>
                {fact.icon ? <Icon of={fact.icon} size={14} /> : null}
                {fact.label ? <span className="p-vh">{fact.label}: </span> : null}
                {fact.text}
              </span>
            ))}
          </div>
        )}
      </div>
      {actions === undefined && more.length === 0 ? null : (
        <div className="actions">
          {actions}
          {more.length === 0 ? null : <MoreMenu entries={more} />}
        </div>
      )}
    </header>
  );
}

/** The "…" menu: verbs, what destroys last under a line. */
export function MoreMenu({
  entries,
  label = 'More actions',
  small = false,
}: {
  entries: readonly MenuEntry[];
  label?: string;
  small?: boolean;
}) {
  const calm = entries.filter((entry) => !entry.danger);
  const danger = entries.filter((entry) => entry.danger);
  const item = (entry: MenuEntry) => {
    const body = (
      <>
        {entry.icon ? <Icon of={entry.icon} /> : null}
        {entry.label}
      </>
    );
    const props = { 'data-danger': entry.danger || undefined } as const;
    return entry.href ? (
      <Menu.Item key={entry.label} renderRoot={(root) => <Link {...root} href={entry.href ?? ''} />} {...props}>
        {body}
      </Menu.Item>
    ) : (
      <Menu.Item key={entry.label} onClick={entry.run} {...props}>
        {body}
      </Menu.Item>
    );
  };
  return (
    <Menu>
      <Menu.Target>
        <IconButton boxed small={small} label={label} icon={IconDots} />
      </Menu.Target>
      <Menu.Dropdown>
        {calm.map(item)}
        {danger.length > 0 && calm.length > 0 ? <Menu.Divider /> : null}
        {danger.map(item)}
      </Menu.Dropdown>
    </Menu>
  );
}

export interface TabLink {
  readonly label: string;
  readonly href: string;
  readonly note?: string | number | undefined;
}

/** Tabs that are pages: each has an address. */
export function TabLinks({ tabs, current, label }: { tabs: readonly TabLink[]; current: string; label: string }) {
  const list = useRef<HTMLElement>(null);
  useEffect(() => {
    // Braces: newer browsers answer a promise, which an effect must not return.
    void list.current?.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [current]);
  return (
    <nav className="p-tabs" aria-label={label} ref={list}>
      {tabs.map((tab) => (
        <Link key={tab.href} href={tab.href} aria-current={tab.href === current ? 'page' : undefined}>
          {tab.label}
          {tab.note === undefined || tab.note === 0 ? null : <span className="n">{tab.note}</span>}
        </Link>
      ))}
    </nav>
  );
}
