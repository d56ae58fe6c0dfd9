import type { JSX } from 'preact';
import { Link } from './router';

interface AreaNavProps {
  label: string;
  /** `within`: also the way back from pages below it. */
  links: { href: string; label: string; within?: boolean }[];
}

/** The pages of an area; scrolls sideways on a phone. */
export function AreaNav({ label, links }: AreaNavProps): JSX.Element {
  return (
    <nav class="tabs" aria-label={label}>
      {links.map((link) => (
        <Link key={link.href} href={link.href} class="tabs__tab" aria-current={location.pathname === link.href.split('?')[0] ? 'page' : link.within ? 'true' : undefined}>
          {link.label}
        </Link>
      ))}
    </nav>
  );
}
