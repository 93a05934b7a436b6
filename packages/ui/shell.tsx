import { useMediaQuery } from '@mantine/hooks';
import { Tooltip } from '@mantine/core';
import { IconLayoutSidebar, IconMenu, IconSearch } from '@tabler/icons-react';
import { useLocation } from '@tanstack/react-router';
import { useEffect, useState, type ReactNode } from 'react';
import { IconButton } from './button.tsx';
import { commandKey } from './command-key.ts';
import { Breadcrumb } from './crumbs.tsx';
import { Icon } from './icon.tsx';
import { useKey } from './keyboard.tsx';
import { Link } from './link.tsx';
import type { NavigationItem } from './portal-module.ts';
import { navigationClosed } from './shell-store.ts';
import { Glyph, type StatusName } from './status.tsx';
import './shell.css';

/** Paved's mark: six paving stones. */
export function Mark() {
  return (
    <svg className="mark" viewBox="0 0 20 20" aria-hidden fill="currentColor">
      <rect x="1" y="1" width="10.5" height="5.3" rx="1.2" />
      <rect x="13" y="1" width="6" height="5.3" rx="1.2" opacity=".45" />
      <rect x="1" y="7.35" width="6" height="5.3" rx="1.2" opacity=".45" />
      <rect x="8.5" y="7.35" width="10.5" height="5.3" rx="1.2" />
      <rect x="1" y="13.7" width="10.5" height="5.3" rx="1.2" />
      <rect x="13" y="13.7" width="6" height="5.3" rx="1.2" opacity=".18" />
    </svg>
  );
}

function NavigationCount({ item }: { item: NavigationItem }) {
  const value = item.count?.();
  if (!value || value.value === 0) return null;
  return (
    <span className={`count ${value.todo ? 'todo' : ''}`}>
      {value.value}
      <span className="p-vh">{value.todo ? ' wait for you' : ' active'}</span>
    </span>
  );
}

function NavigationLink({ item, closed }: { item: NavigationItem; closed: boolean }) {
  const path = useLocation({ select: (location) => location.pathname });
  const target = item.href.split('?')[0] ?? item.href;
  const current = target === '/' ? path === '/' : path === target || path.startsWith(`${target}/`);
  return (
    <li>
      <Tooltip label={item.label} position="right" disabled={!closed}>
        <Link href={item.href} aria-current={current ? 'page' : undefined} aria-label={closed ? item.label : undefined}>
          <Icon of={item.icon} />
          <span>{item.label}</span>
          {item.count ? <NavigationCount item={item} /> : null}
        </Link>
      </Tooltip>
    </li>
  );
}

interface ShellProps {
  readonly organization: string;
  readonly items: readonly NavigationItem[];
  readonly pinned: readonly { href: string; label: string; status: StatusName }[];
  readonly onSearch: () => void;
  /** Bell, account. */
  readonly account: ReactNode;
  /** Offline and other whole-page notices. */
  readonly banner?: ReactNode;
  readonly children: ReactNode;
}

/** Navigation, top bar and the page (design §6). */
export function Shell({ organization, items, pinned, onSearch, account, banner, children }: ShellProps) {
  const narrow = useMediaQuery('(max-width: 1100px)', window.innerWidth <= 1100, { getInitialValueInEffect: false });
  const phone = useMediaQuery('(max-width: 820px)', window.innerWidth <= 820, { getInitialValueInEffect: false });
  const wish = navigationClosed.use();
  const closed = !phone && (wish ?? narrow ?? false);
  const [open, setOpen] = useState(false);
  const path = useLocation({ select: (location) => location.pathname });
  const collapse = () => navigationClosed.set(!closed);
  useEffect(() => setOpen(false), [path]);
  useKey('[', 'Collapse or open the navigation', collapse);
  useKey('Escape', 'Close the top layer', () => setOpen(false), { when: open });
  const group = (from: number, to: number) =>
    items
      .filter((item) => item.order >= from && item.order < to)
      .map((item) => <NavigationLink key={item.href} item={item} closed={closed} />);
  const measure = group(100, 900);
  return (
    <div className="p-app" data-closed={closed || undefined}>
      <a className="p-skip" href="#page">
        Skip to content
      </a>
      <nav className="p-nav" aria-label="Main" data-open={open || undefined}>
        <Link href="/" className="p-org" aria-label={`${organization}, home`}>
          <Mark />
          <span>{organization}</span>
        </Link>
        <ul>{group(0, 100)}</ul>
        {measure.length === 0 ? null : (
          <>
            <h2>Measure and guard</h2>
            <ul>{measure}</ul>
          </>
        )}
        {pinned.length === 0 ? null : (
          <div className="pin">
            <h2>Pinned</h2>
            <ul>
              {pinned.map((pin) => (
                <li key={pin.href}>
                  <Link href={pin.href} aria-current={path.startsWith(pin.href) ? 'page' : undefined}>
                    <Glyph status={pin.status} />
                    <span className="p-trunc">{pin.label}</span>
                  </Link>
                </li>
              ))}
            </ul>
          </div>
        )}
        <ul className="foot">
          {group(900, 1000)}
          <li className="collapse">
            <Tooltip label="Open the navigation" position="right" disabled={!closed}>
              <button
                type="button"
                className="item"
                onClick={collapse}
                aria-expanded={!closed}
                aria-label={closed ? 'Open the navigation' : undefined}
              >
                <Icon of={IconLayoutSidebar} />
                <span>Collapse</span>
                <span className="count">
                  <kbd aria-hidden>[</kbd>
                </span>
              </button>
            </Tooltip>
          </li>
        </ul>
      </nav>
      {open ? <button type="button" className="p-scrim" aria-label="Close navigation" onClick={() => setOpen(false)} /> : null}
      <div className="p-main">
        <div className="p-top">
          <IconButton label="Open navigation" icon={IconMenu} className="p-burger" onClick={() => setOpen(true)} />
          <Breadcrumb />
          <button type="button" className="p-searchbutton" aria-keyshortcuts="Meta+K Control+K" onClick={onSearch}>
            <Icon of={IconSearch} />
            <span>Search or run a command</span>
            <kbd>{commandKey('K')}</kbd>
          </button>
          {account}
        </div>
        {banner}
        <main className="p-page" id="page" tabIndex={-1}>
          {children}
        </main>
      </div>
    </div>
  );
}
