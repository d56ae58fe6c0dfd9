import type { JSX } from 'preact';
import { language, switchLanguage, t, type Language } from '../i18n';
import { account, may, session, sessionProblem } from '../session/session';
import { HeaderMenu } from './header-menu';
import { CartIcon } from './icons';
import { signInPath } from './next-path';
import { Link, query, route } from './router';

/** The language the reader does not have, in its own words. */
const otherLanguage: Record<Language, { tag: Language; name: string }> = {
  en: { tag: 'ko', name: '한국어' },
  ko: { tag: 'en', name: 'English' },
};

export function Header(): JSX.Element {
  const other = otherLanguage[language.value];
  return (
    <header class="header">
      <a class="skip" href="#main" onClick={skipToMain}>
        {t.value.skipToContent}
      </a>
      <Link href="/" class="header__brand" aria-label={`shopcast, ${t.value.homeLink}`}>
        <svg class="header__mark" viewBox="0 0 32 32" width="28" height="28" aria-hidden="true">
          <rect width="32" height="32" rx="10" />
          <path d="M12.2 9.9c0-1.3 1.4-2.1 2.5-1.4l8.6 5.6c1 .7 1 2.1 0 2.8l-8.6 5.6c-1.1.7-2.5-.1-2.5-1.4z" />
        </svg>
        <span class="header__name">shopcast</span>
      </Link>
      <AreaLinks />
      <div class="header__end">
        <button
          type="button"
          lang={other.tag}
          class="header__link"
          data-testid={`language-${other.tag}`}
          onClick={() => void switchLanguage(other.tag)}
        >
          {other.name}
        </button>
        <LogIn />
        {account.value && (
          <Link href="/cart" class="menu__button" data-testid="to-cart" aria-label={t.value.cart} aria-current={location.pathname === '/cart' ? 'page' : undefined}>
            <CartIcon />
          </Link>
        )}
        <HeaderMenu />
      </div>
    </header>
  );
}

/** The staff areas that this account may enter. */
export function areaLinks(): { href: string; label: string; current: boolean }[] {
  const at = route.value;
  const area = 'area' in at ? at.area : null;
  const links = [];
  if (may('manage_channels')) links.push({ href: '/studio', label: t.value.studio, current: area === 'studio' || area === 'shopkeeping' });
  if (may('operate')) links.push({ href: '/operations', label: t.value.operations, current: area === 'operations' });
  return links;
}

function AreaLinks(): JSX.Element {
  const { page } = route.value;
  const links = [{ href: '/products', label: t.value.products, current: page === 'products' || page === 'product' }, ...areaLinks()];
  return (
    <nav class="header__areas" aria-label={t.value.areas}>
      {links.map(({ href, label, current }) => (
        <Link key={href} href={href} class="header__link" aria-current={current ? 'true' : undefined}>
          {label}
        </Link>
      ))}
    </nav>
  );
}

function LogIn(): JSX.Element | null {
  if (account.value || (session.value === null && sessionProblem.value === null)) return null;
  const at = route.value;
  const { pathname } = location;
  const onForm = at.page === 'login' || at.page === 'signup';
  return (
    <Link
      href={onForm ? `/login${query.value}` : signInPath(pathname + query.value)}
      class="button button--small"
      data-testid="log-in"
      aria-current={at.page === 'login' ? 'page' : undefined}
    >
      {t.value.logIn}
    </Link>
  );
}

function skipToMain(event: MouseEvent): void {
  event.preventDefault();
  document.getElementById('main')?.focus();
}
