import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { AreaView, loadBeside } from './areas';
import { t } from './i18n';
import { Header } from './shared/header';
import { OfflineBanner } from './shared/offline';
import { Link, route } from './shared/router';
import { samePage } from './shared/routes';
import { Toasts } from './shared/toasts';
import { HomePage } from './storefront/home/home-page';
import { WatchPage } from './storefront/watch/watch-page';

export function App(): JSX.Element {
  const lastAt = useRef(route.value);
  const at = route.value;
  // Following a link moves the focus, as loading a page would: a screen reader then reads the new page from its top.
  useEffect(() => {
    if (samePage(at, lastAt.current)) return;
    lastAt.current = at;
    document.getElementById('main')?.focus({ preventScroll: true });
  }, [at]);
  return (
    <>
      <Header />
      <OfflineBanner />
      <Page />
      <Toasts />
    </>
  );
}

function Page(): JSX.Element {
  const at = route.value;
  if ('area' in at) return <AreaView key={at.area} area={at.area} page={at.page} channel={at.channel} id={at.id ?? 0} />;
  switch (at.page) {
    case 'home':
      return <HomePage />;
    case 'watch':
      return <WatchPage key={at.channel} name={at.channel} loadBeside={loadBeside} />;
    case 'not-found':
      return <NotFoundPage />;
  }
}

function NotFoundPage(): JSX.Element {
  const { title, text } = t.value.notFound;
  useEffect(() => {
    document.title = `${title} · shopcast`;
  }, [title]);
  return (
    <main id="main" class="page page--message" tabIndex={-1}>
      <h1>{title}</h1>
      <p>{text}</p>
      <Link href="/" class="button">
        {t.value.player.seeAll}
      </Link>
    </main>
  );
}
