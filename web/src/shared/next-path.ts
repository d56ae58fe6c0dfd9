/**
 * Where to go after signing in: `?next=` of the address, but only a page of this site. Anybody can write a link
 * with a `next` of their choice, so it is rebuilt from what the URL parser understood, never used as it came.
 */
export function nextPath(search: string, origin: string): string {
  const asked = new URLSearchParams(search).get('next');
  if (asked === null || !asked.startsWith('/')) return '/';
  let url: URL;
  try {
    url = new URL(asked, origin);
  } catch {
    return '/';
  }
  // "//host", "/\host" and "/<tab>/host" all parse to another origin.
  if (url.origin !== origin || url.username !== '' || url.password !== '') return '/';
  // A path that begins with two slashes would be read as a host by the next parser.
  if (url.pathname.startsWith('//')) return '/';
  if (signInPages.has(url.pathname)) return '/';
  return url.pathname + url.search + url.hash;
}

const signInPages: ReadonlySet<string> = new Set(['/login', '/signup', '/forgot', '/reset', '/verify', '/setup']);

/** The sign-in page that leads back to `path`. */
export const signInPath = (path: string, page: '/login' | '/signup' = '/login'): string =>
  path === '/' || signInPages.has(path.split(/[?#]/)[0] ?? '') ? page : `${page}?next=${encodeURIComponent(path)}`;
