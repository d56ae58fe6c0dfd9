import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { fetchConfirmation, type Order } from '../../api/shop/orders';
import { language } from '../../i18n';
import { formatMoney } from '../../i18n/money';
import { buyingWords } from '../words';
import { openCardForm, type CardForm } from './stripe';

type State = 'loading' | 'away' | 'ready' | 'paying' | 'sent';

/** Where the buyer pays an order that waits for it: the provider's own form, and our button. */
export function PayForm({ order }: { order: Order }): JSX.Element {
  const words = buyingWords.words.value.payment;
  const state = useSignal<State>('loading');
  const refusal = useSignal('');
  const attempt = useSignal(0);
  const place = useRef<HTMLDivElement>(null);
  const form = useRef<CardForm | null>(null);
  useEffect(() => {
    let left = false;
    state.value = 'loading';
    void openFor(order.id, place.current).then((opened) => {
      if (left) return opened?.close();
      form.current = opened;
      state.value = opened ? 'ready' : 'away';
    });
    return () => {
      left = true;
      form.current?.close();
      form.current = null;
    };
  }, [order.id, attempt.value]);

  const pay = async (): Promise<void> => {
    if (!form.current || state.peek() !== 'ready') return;
    state.value = 'paying';
    refusal.value = '';
    const why = await form.current.pay(`${location.origin}/orders/${order.id}`).catch(() => '');
    refusal.value = why ?? '';
    // Paid: the order says so in a moment. Until then nothing can be pressed twice.
    state.value = why === null ? 'sent' : 'ready';
  };
  return (
    <form
      class="pay-form"
      data-testid="pay-form"
      data-state={state.value}
      onSubmit={(event) => {
        event.preventDefault();
        void pay();
      }}
    >
      <div ref={place} hidden={state.value === 'away' || state.value === 'sent'} />
      <p role="status" class={state.value === 'loading' ? undefined : 'visually-hidden'}>
        {state.value === 'loading' ? words.formLoading : ''}
      </p>
      {refusal.value !== '' && (
        <p role="alert" class="notice notice--bad" data-testid="pay-refused">
          {refusal.value}
        </p>
      )}
      {state.value === 'away' && (
        <>
          <p role="alert">{words.formAway}</p>
          <button type="button" class="button" data-testid="pay-reload" onClick={() => (attempt.value += 1)}>
            {words.again}
          </button>
        </>
      )}
      {state.value === 'sent' && <p role="status">{words.waiting.title}</p>}
      {(state.value === 'ready' || state.value === 'paying') && (
        <button type="submit" class="button" data-testid="pay-card" aria-busy={state.value === 'paying'}>
          {state.value === 'paying' ? words.payingNow : words.pay(formatMoney(order.total, order.currency))}
        </button>
      )}
    </form>
  );
}

async function openFor(order: number, place: HTMLElement | null): Promise<CardForm | null> {
  const outcome = await fetchConfirmation(order);
  if (!outcome.ok || !place) return null;
  const { script, publishable_key: publishableKey, client_secret: clientSecret } = outcome.value;
  return openCardForm(place, { script, publishableKey, clientSecret, language: language.peek() }).catch(() => null);
}
