import { signal } from '@preact/signals';
import type { JSX } from 'preact';
import { routeOf, type Route } from './routes';

export const route = signal<Route>(routeOf(location.pathname));
/** The query of the address, with its question mark. */
export const query = signal(location.search);

function arrive(): void {
  route.value = routeOf(location.pathname);
  query.value = location.search;
}

addEventListener('popstate', arrive);

export function navigate(path: string, how: 'push' | 'replace' = 'push'): void {
  if (how === 'push') history.pushState(null, '', path);
  else history.replaceState(null, '', path);
  arrive();
  if (how === 'push') scrollTo(0, 0);
}

/** Takes a secret out of the address bar and the history, and returns it. */
export function takeFragment(): string {
  const secret = location.hash.slice(1);
  if (secret !== '') history.replaceState(null, '', location.pathname + location.search);
  return secret;
}

type LinkProps = JSX.IntrinsicElements['a'] & { href: string };

/** An ordinary link, followed without loading the page anew; new tabs and middle clicks stay the browser's. */
export function Link({ href, onClick: _unused, ...rest }: LinkProps): JSX.Element {
  return (
    <a
      {...rest}
      href={href}
      onClick={(event) => {
        if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
        event.preventDefault();
        navigate(href);
      }}
    />
  );
}
