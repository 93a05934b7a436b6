import { createContext, useContext, useEffect, useState, type ReactNode } from 'react';
import { Link } from './link.tsx';

export interface Crumb {
  readonly label: string;
  readonly href?: string;
}

const Setter = createContext<(crumbs: readonly Crumb[]) => void>(() => undefined);
const Value = createContext<readonly Crumb[]>([]);

export function CrumbsProvider({ children }: { children: ReactNode }) {
  const [crumbs, setCrumbs] = useState<readonly Crumb[]>([]);
  return (
    <Setter.Provider value={setCrumbs}>
      <Value.Provider value={crumbs}>{children}</Value.Provider>
    </Setter.Provider>
  );
}

/** Where the page is; the last one is the page itself and names the browser tab. */
export function useCrumbs(crumbs: readonly Crumb[]): void {
  const set = useContext(Setter);
  const key = JSON.stringify(crumbs);
  useEffect(() => {
    const list = JSON.parse(key) as Crumb[];
    set(list);
    document.title = `${list.at(-1)?.label ?? 'Paved'} · Paved`;
  }, [set, key]);
}

/** The breadcrumb: middle parts fold when there are more than four. */
export function Breadcrumb() {
  const crumbs = useContext(Value);
  const shown: readonly Crumb[] = crumbs.length <= 4 ? crumbs : [crumbs[0] as Crumb, { label: '…' }, ...crumbs.slice(-2)];
  return (
    <nav className="p-crumbs" aria-label="Breadcrumb">
      <ol>
        {shown.map((crumb, i) => (
          <li key={`${crumb.label}${crumb.href ?? ''}`}>
            {i > 0 ? (
              <span className="sep" aria-hidden>
                /
              </span>
            ) : null}
            {i === shown.length - 1 ? (
              <b className="p-trunc" aria-current="page">
                {crumb.label}
              </b>
            ) : crumb.href ? (
              <Link href={crumb.href}>{crumb.label}</Link>
            ) : (
              <span>{crumb.label}</span>
            )}
          </li>
        ))}
      </ol>
    </nav>
  );
}
