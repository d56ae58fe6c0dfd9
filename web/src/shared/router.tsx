import { signal } from '@preact/signals';
import type { JSX } from 'preact';

export type Route = { page: 'home' } | { page: 'watch'; channel: string } | { page: 'not-found' };

const channelName = /^[a-z0-9][a-z0-9-]{0,62}$/;

export function routeOf(path: string): Route {
  const parts = path.split('/').filter((part) => part !== '');
  if (parts.length === 0) return { page: 'home' };
  const [first, channel] = parts;
  if (first === 'watch' && parts.length === 2 && channel !== undefined && channelName.test(channel)) {
    return { page: 'watch', channel };
  }
  return { page: 'not-found' };
}

export const route = signal<Route>(routeOf(location.pathname));

addEventListener('popstate', () => {
  route.value = routeOf(location.pathname);
});

export function navigate(path: string): void {
  history.pushState(null, '', path);
  route.value = routeOf(path);
  scrollTo(0, 0);
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
