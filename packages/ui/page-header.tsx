import { useEffect, useRef, type ReactNode } from 'react';
import { Icon, type IconType } from './icon.tsx';
import { Link } from './link.tsx';
import type { MenuEntry } from './menu-entry.ts';
import { MoreMenu } from './more-menu.tsx';
import './page-header.css';

/** A fact about the page's thing: an icon instead of a label. */
export interface HeaderFact {
  readonly icon?: IconType;
  readonly text: ReactNode;
  /** What the icon means, for screen readers. */
  readonly label?: string;
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
          <span className="words">
            <span>{title}</span>
            {pill}
          </span>
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
