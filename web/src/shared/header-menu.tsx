import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { t } from '../i18n';
import { account, signOut } from '../session/session';
import { areaLinks } from './header';
import { MenuIcon } from './icons';
import { signInPath } from './next-path';
import { Link, navigate, route } from './router';
import { chooseTheme, theme, type Theme } from './theme';
import { toast } from './toasts';

const themes: Theme[] = ['system', 'light', 'dark'];

/** Who is signed in, where they may go, and how the page looks. A disclosure, not an ARIA menu: Tab walks it. */
export function HeaderMenu(): JSX.Element {
  const root = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const open = useSignal(false);
  const at = route.value;
  useEffect(() => {
    open.value = false;
  }, [at]);
  // With the panel, not after its paint: a key may come before that.
  useLayoutEffect(() => {
    if (!open.value) return;
    const listening = new AbortController();
    const leave = (event: Event): void => {
      if (event.target instanceof Node && !root.current?.contains(event.target)) open.value = false;
    };
    const escape = (event: KeyboardEvent): void => {
      if (event.key !== 'Escape') return;
      open.value = false;
      button.current?.focus();
    };
    document.addEventListener('pointerdown', leave, { signal: listening.signal });
    document.addEventListener('focusin', leave, { signal: listening.signal });
    document.addEventListener('keydown', escape, { signal: listening.signal });
    return () => listening.abort();
  }, [open.value]);

  const who = account.value;
  const name = who ? who.display_name || who.login : '';
  return (
    <div ref={root} class="menu">
      <button
        ref={button}
        type="button"
        class="menu__button"
        data-testid="menu"
        aria-expanded={open.value}
        aria-controls="header-menu"
        aria-label={who ? t.value.menuOf(name) : t.value.menu}
        onClick={() => (open.value = !open.value)}
      >
        {who ? (
          <span class="avatar" aria-hidden="true">
            {[...name][0]?.toUpperCase()}
          </span>
        ) : (
          <MenuIcon />
        )}
      </button>
      <div id="header-menu" class="menu__panel" hidden={!open.value} data-testid="menu-panel">
        {open.value && <Panel name={name} />}
      </div>
    </div>
  );
}

function Panel({ name }: { name: string }): JSX.Element {
  const who = account.value;
  return (
    <>
      {who && (
        <p class="menu__who">
          <span class="menu__name">{name}</span>
          <span class="menu__login">{who.login}</span>
        </p>
      )}
      <ul class="menu__list">
        <Item href="/products" label={t.value.products} />
        {who ? (
          <>
            <Item href="/orders" label={t.value.myOrders} />
            <Item href="/account" label={t.value.myAccount} />
            {areaLinks().map(({ href, label }) => (
              <Item key={href} href={href} label={label} />
            ))}
          </>
        ) : (
          <>
            <Item href={signInPath(location.pathname + location.search)} label={t.value.logIn} />
            <Item href={signInPath(location.pathname + location.search, '/signup')} label={t.value.signUp} />
          </>
        )}
      </ul>
      <fieldset class="menu__theme">
        <legend>{t.value.theme}</legend>
        <div class="segmented">
          {themes.map((each) => (
            <label key={each} class="segmented__option">
              <input type="radio" name="theme" value={each} checked={theme.value === each} onChange={() => chooseTheme(each)} />
              <span>{t.value.themes[each]}</span>
            </label>
          ))}
        </div>
      </fieldset>
      {who && (
        <button type="button" class="menu__item" data-testid="log-out" onClick={() => void leave()}>
          {t.value.logOut}
        </button>
      )}
    </>
  );
}

function Item({ href, label }: { href: string; label: string }): JSX.Element {
  return (
    <li>
      <Link href={href} class="menu__item" aria-current={location.pathname === href ? 'page' : undefined}>
        {label}
      </Link>
    </li>
  );
}

async function leave(): Promise<void> {
  const outcome = await signOut();
  if (!outcome.ok) {
    toast(t.value.somethingFailed);
    return;
  }
  navigate('/');
  toast(t.value.loggedOut);
}
