import { Tooltip } from '@mantine/core';
import { forwardRef, useRef, type ButtonHTMLAttributes, type ReactNode } from 'react';
import { Icon, type IconType } from './icon.tsx';
import { Link } from './link.tsx';

interface Looks {
  /** `primary` is the page's next step: at most one. `danger` only inside the dialog that destroys. */
  readonly look?: 'primary' | 'default' | 'quiet' | 'danger';
  readonly small?: boolean;
  readonly icon?: IconType;
}

export interface ButtonProps extends Looks, Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'disabled'> {
  /** The label stays, an arc replaces the icon. */
  readonly working?: boolean;
  /** Why it cannot be pressed now; the button stays focusable and says so. */
  readonly disabledReason?: string | undefined;
}

const classes = ({ look = 'default', small = false }: Looks, extra = '') =>
  `p-button ${look === 'default' ? '' : look} ${small ? 'sm' : ''} ${extra}`;

const Arc = () => (
  <svg viewBox="0 0 16 16" className="p-icon p-spin" aria-hidden>
    <circle cx="8" cy="8" r="6" fill="none" stroke="currentColor" strokeWidth="2" opacity=".28" />
    <path d="M8 2a6 6 0 0 1 6 6" fill="none" stroke="currentColor" strokeWidth="2" strokeLinecap="round" />
  </svg>
);

/** A button: verb and object. */
export const Button = forwardRef<HTMLButtonElement, ButtonProps>(function Button(
  { look, small, icon, working = false, disabledReason, className, children, onClick, type = 'button', ...rest },
  ref,
) {
  const off = disabledReason !== undefined || working;
  // Once it had a reason it stays wrapped: a button that can be pressed now is the same one, with the focus it had.
  const explains = useRef(false);
  if (disabledReason !== undefined) explains.current = true;
  const button = (
    <button
      ref={ref}
      type={off && type === 'submit' ? 'button' : type}
      className={classes({ ...(look ? { look } : {}), ...(small ? { small } : {}) }, className)}
      aria-disabled={off || undefined}
      aria-busy={working || undefined}
      onClick={off ? (event) => event.preventDefault() : onClick}
      {...rest}
    >
      {working ? <Arc /> : icon ? <Icon of={icon} /> : null}
      {children}
    </button>
  );
  if (!explains.current) return button;
  return (
    <Tooltip label={disabledReason ?? ''} disabled={disabledReason === undefined}>
      {button}
    </Tooltip>
  );
});

/** A link that looks like a button. */
export function LinkButton({
  href,
  look,
  small,
  icon,
  className,
  children,
}: Looks & { href: string; className?: string; children: ReactNode }) {
  return (
    <Link href={href} className={classes({ ...(look ? { look } : {}), ...(small ? { small } : {}) }, className)}>
      {icon ? <Icon of={icon} /> : null}
      {children}
    </Link>
  );
}

export interface IconButtonProps extends Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'disabled'> {
  /** Its name: tooltip and what screen readers hear. */
  readonly label: string;
  readonly icon: IconType;
  readonly small?: boolean;
  /** With a border, beside other buttons. */
  readonly boxed?: boolean;
  /** The violet dot: something waits for you. */
  readonly dot?: boolean;
}

/** A button with an icon only: close, more, copy, next, previous, star. */
export const IconButton = forwardRef<HTMLButtonElement, IconButtonProps>(function IconButton(
  { label, icon, small = false, boxed = false, dot = false, className = '', type = 'button', ...rest },
  ref,
) {
  const look = boxed ? `p-button icon-only ${small ? 'sm' : ''}` : `p-iconbutton ${small ? 'sm' : ''}`;
  return (
    <Tooltip label={label}>
      <button ref={ref} type={type} aria-label={label} className={`${look} ${className}`} {...rest}>
        <Icon of={icon} size={small ? 14 : 16} />
        {dot ? <span className="dot" /> : null}
      </button>
    </Tooltip>
  );
});
