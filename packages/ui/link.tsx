import { useRouter } from '@tanstack/react-router';
import type { AnchorHTMLAttributes, MouseEvent, ReactNode } from 'react';

export interface LinkProps extends Omit<AnchorHTMLAttributes<HTMLAnchorElement>, 'href'> {
  /** A path of the portal (with query and hash), or an address elsewhere. */
  readonly href: string;
  readonly children: ReactNode;
}

/** A link that stays inside the portal when it can; the page's code is fetched on hover. */
export function Link({ href, onClick, children, ...rest }: LinkProps) {
  const router = useRouter();
  const inside = href.startsWith('/') && !/^\/(api|git)\//.test(href);
  if (!inside) {
    const away = /^https?:/.test(href);
    return (
      <a href={href} onClick={onClick} {...(away ? { target: '_blank', rel: 'noreferrer' } : {})} {...rest}>
        {children}
      </a>
    );
  }
  const click = (event: MouseEvent<HTMLAnchorElement>) => {
    onClick?.(event);
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    void router.navigate({ href });
  };
  const preload = () => void router.preloadRoute({ to: href.split(/[?#]/)[0] as never }).catch(() => undefined);
  return (
    <a href={href} onClick={click} onMouseEnter={preload} onFocus={preload} {...rest}>
      {children}
    </a>
  );
}

/** An accent-coloured link inside text. */
export function TextLink({ className = '', ...rest }: LinkProps) {
  return <Link className={`p-link ${className}`} {...rest} />;
}

/** Goes to a path of the portal. */
export function useGo(): (href: string, options?: { replace?: boolean }) => void {
  const router = useRouter();
  return (href, options) => void router.navigate({ href, replace: options?.replace ?? false });
}
