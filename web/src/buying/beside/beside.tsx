import { useComputed, useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Hold } from '../../api/shop/holds';
import { said } from '../../api/shop/text';
import { formatCount, t } from '../../i18n';
import { account } from '../../session/session';
import { CloseIcon } from '../../shared/icons';
import { followClock, formatLeft } from '../../shared/shop/clock';
import { stockOf } from '../../shared/shop/stock-store';
import { bestOffer, offerOfDeal, type Offer } from '../offers';
import { loadAddress } from '../purchase/address-store';
import { counterOf } from '../purchase/counter';
import { Purchase } from '../purchase/purchase';
import { openHold, PurchaseView, type Subject } from '../purchase/purchase-view';
import { Shelf } from '../shelf';
import { buyingWords } from '../words';
import { OfferList } from './offer-list';
import { BuyButton, OfferRow } from './offer-row';
import '../../styles/forms.css';
import '../../styles/staff.css';
import '../../shared/shop/shop.css';
import '../buying.css';
import './beside.css';

/** The shop beside a show: a column on a desk, a bar and a sheet on a phone. The picture goes on through all of it. */
export function Beside({ shop }: { shop: string }): JSX.Element | null {
  const words = buyingWords.words.value;
  const store = stockOf(shop);
  const [shelf] = useState(() => new Shelf(shop));
  const [purchase] = useState(() => new Purchase(counterOf(shop)));
  const subject = useSignal<Subject | null>(null);
  const open = useSignal(false);
  const resumable = useSignal<Hold | null>(null);
  const sheet = useRef<HTMLDivElement>(null);
  const opener = useRef<HTMLElement | null>(null);
  const who = account.value?.id ?? '';

  useEffect(store.follow, [store]);
  useEffect(followClock, []);
  useEffect(() => {
    void shelf.load((store.stock.peek()?.deals ?? []).map(({ sku }) => sku));
    return () => purchase.stop();
  }, [shelf]);
  const dealSkus = useComputed(() => (store.stock.value?.deals ?? []).map(({ sku }) => sku));
  useEffect(() => shelf.want(dealSkus.value), [dealSkus.value, shelf.cards.value]);
  useEffect(() => {
    if (who === '') return;
    void loadAddress();
    void openHold(shop).then((hold) => {
      if (purchase.step.peek().at === 'idle') resumable.value = hold;
    });
  }, [who]);
  // A sold unit changes the stock: the buyer sees it at once.
  const step = purchase.step.value.at;
  useEffect(() => store.askAgain(), [step]);

  const cards = shelf.cards.value;
  const offers = useComputed<Offer[]>(() => {
    const deals = [...store.running.value.map(offerOfDeal)];
    const dealSkusNow = new Set(deals.map(({ sku }) => sku));
    const others = (shelf.cards.value ?? []).filter(({ skus }) => !skus.some((sku) => dealSkusNow.has(sku)));
    return [...deals, ...others.flatMap((card) => bestOffer(store, card) ?? [])];
  });

  const close = (): void => {
    open.value = false;
    requestAnimationFrame(() => (opener.current?.isConnected ? opener.current : document.querySelector<HTMLElement>('[data-testid=beside-open]'))?.focus());
  };
  const show = (): void => {
    opener.current = document.activeElement instanceof HTMLElement ? document.activeElement : null;
    open.value = true;
  };
  useLayoutEffect(() => {
    if (!open.value) return;
    scrollTo({ top: 0 });
    if (purchase.step.peek().at === 'idle') sheet.current?.querySelector<HTMLElement>('h2')?.focus({ preventScroll: true });
  }, [open.value]);

  const buy = (offer: Offer, about: Subject): void => {
    subject.value = about;
    resumable.value = null;
    if (!open.peek()) show();
    void purchase.start({ sku: offer.sku, deal: offer.deal?.id ?? null, quantity: 1 });
  };
  const resume = (hold: Hold): void => {
    subject.value = subjectOf(shelf, hold.sku);
    resumable.value = null;
    if (!open.peek()) show();
    purchase.resume(hold);
  };

  // A shop that sells nothing leaves the page to the show.
  if (cards === null || store.stock.value === null || (cards.length === 0 && dealSkus.value.length === 0)) return null;
  const buying = step !== 'idle' && subject.value !== null;
  const first = offers.value[0];
  return (
    <section class="beside" data-testid="beside" data-open={open.value ? '' : undefined} aria-label={words.beside.title} onKeyDown={(event) => event.key === 'Escape' && open.value && close()}>
      <div class="beside__bar" data-testid="beside-bar">
        <button type="button" class="beside__open" data-testid="beside-open" aria-expanded={open.value} aria-controls="beside-sheet" onClick={show}>
          {first ? <OfferRow offer={first} shelf={shelf} store={store} compact /> : <span>{words.beside.open}</span>}
        </button>
        {first && (first.deal !== null || cardSkus(shelf, first.sku) <= 1) && <BuyButton offer={first} shelf={shelf} onBuy={buy} />}
      </div>
      <div ref={sheet} id="beside-sheet" class="beside__sheet" data-testid="beside-sheet">
        <div class="beside__head">
          <h2 class="beside__title" tabIndex={-1}>
            {words.beside.title}
          </h2>
          <span class="beside__count">{words.beside.count(cards.length, formatCount(cards.length))}</span>
          <button type="button" class="icon-button beside__close" aria-label={t.value.close} data-testid="beside-close" onClick={close}>
            <CloseIcon />
          </button>
        </div>
        {store.problem.value && (
          <p class="notice notice--warn" role="status" data-testid="stock-old">
            {words.stock.old}
          </p>
        )}
        {buying && subject.value ? (
          <PurchaseView purchase={purchase} subject={subject.value} onClose={() => (subject.value = null)} />
        ) : (
          <>
            {resumable.value && <Resume hold={resumable.value} onResume={resume} onOver={() => (resumable.value = null)} />}
            <OfferList store={store} shelf={shelf} onBuy={buy} />
          </>
        )}
      </div>
    </section>
  );
}

const cardSkus = (shelf: Shelf, sku: number): number => shelf.cardOf(sku)?.skus.length ?? 0;

function subjectOf(shelf: Shelf, sku: number): Subject {
  const card = shelf.cardOf(sku);
  return { name: card ? said(card.name) : buyingWords.words.value.buy.heldTitle, option: null, picture: card?.picture ?? null };
}

/** The page was loaded anew, or another window holds something. */
function Resume({ hold, onResume, onOver }: { hold: Hold; onResume(hold: Hold): void; onOver(): void }): JSX.Element {
  const words = buyingWords.words.value.beside;
  const [overAtMs] = useState(() => performance.now() + Date.parse(hold.expires_at) - Date.parse(hold.server_time));
  const leftMs = useSignal(overAtMs - performance.now());
  useEffect(() => {
    const timer = setInterval(() => {
      leftMs.value = overAtMs - performance.now();
      if (leftMs.value <= 0) onOver();
    }, 1000);
    return () => clearInterval(timer);
  }, []);
  const now = { ...hold, server_time: new Date(Date.parse(hold.expires_at) - Math.max(0, leftMs.value)).toISOString() };
  return (
    <div class="notice notice--good beside__resume" data-testid="resume">
      <p>{words.resume(formatLeft(Math.max(0, leftMs.value)))}</p>
      <button type="button" class="button button--small" data-testid="resume-hold" onClick={() => onResume(now)}>
        {words.resumeAction}
      </button>
    </div>
  );
}
