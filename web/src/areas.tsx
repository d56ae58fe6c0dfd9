import { useSignal } from '@preact/signals';
import type { FunctionComponent, JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { accountWords } from './account/words';
import { buyingWords } from './buying/words';
import { language, t, type Language } from './i18n';
import { operationsWords } from './operations/words';
import type { Area, AreaPageProps } from './shared/routes';
import { shopWords } from './shared/shop/words';
import { sharedWords } from './shared/words';
import { shopkeepingWords } from './shopkeeping/words';
import { studioWords } from './studio/words';

interface AreaSource {
  code(): Promise<{ default: FunctionComponent<AreaPageProps> }>;
  words: { load(to: Language): Promise<unknown> };
}

const together = (...dictionaries: AreaSource['words'][]): AreaSource['words'] => ({ load: (to) => Promise.all(dictionaries.map((each) => each.load(to))) });

/** What an area consists of. Its code and its words are asked for together, so that neither waits for the other. */
const sources: Record<Area, AreaSource> = {
  account: { code: () => import('./account/pages'), words: accountWords },
  buying: { code: () => import('./buying/pages'), words: together(buyingWords, shopWords) },
  studio: { code: () => import('./studio/pages'), words: studioWords },
  shopkeeping: { code: () => import('./shopkeeping/pages'), words: together(shopkeepingWords, shopWords) },
  operations: { code: () => import('./operations/pages'), words: operationsWords },
};

/** Buying beside a show: the storefront gives it its place, and does not know it. */
export const loadBeside = (): Promise<FunctionComponent<{ shop: string }>> => import('./buying/beside/beside-video').then((beside) => beside.loadBeside());

const loaded: Partial<Record<Area, FunctionComponent<AreaPageProps>>> = {};

async function load(area: Area): Promise<FunctionComponent<AreaPageProps>> {
  const { code, words } = sources[area];
  const [pages] = await Promise.all([code(), words.load(language.peek()), sharedWords.load(language.peek())]);
  return (loaded[area] = pages.default);
}

/** Shows a page of an area that is fetched when it is first wanted. */
export function AreaView({ area, page, channel, id }: { area: Area } & AreaPageProps): JSX.Element {
  const state = useSignal<'loading' | 'failed' | 'ready'>(loaded[area] ? 'ready' : 'loading');
  useEffect(() => {
    let gone = false;
    if (loaded[area]) {
      state.value = 'ready';
      return;
    }
    state.value = 'loading';
    const show = (to: 'ready' | 'failed'): void => {
      if (gone) return;
      const hadFocus = document.activeElement?.id === 'main';
      state.value = to;
      // The waiting page takes the focus with it when it goes.
      if (hadFocus) requestAnimationFrame(() => document.getElementById('main')?.focus({ preventScroll: true }));
    };
    load(area).then(
      () => show('ready'),
      () => show('failed'),
    );
    return () => void (gone = true);
  }, [area]);

  const Pages = loaded[area];
  if (state.value === 'ready' && Pages) return <Pages page={page} channel={channel} id={id} />;
  if (state.value === 'failed') {
    return (
      <main id="main" class="page page--message" tabIndex={-1}>
        <h1>{t.value.areaFailedTitle}</h1>
        <p role="alert">{t.value.areaFailedText}</p>
        {/* A failed import() is remembered by the browser: only a new page asks again. */}
        <button type="button" class="button" onClick={() => location.reload()}>
          {t.value.retry}
        </button>
      </main>
    );
  }
  return (
    <main id="main" class="page page--waiting" tabIndex={-1} aria-busy="true">
      <h1 class="visually-hidden">{t.value.areaLoading}</h1>
      <div class="skeleton skeleton--title" />
      <div class="skeleton skeleton--block" />
    </main>
  );
}
