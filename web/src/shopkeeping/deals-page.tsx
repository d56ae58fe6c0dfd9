import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { said } from '../api/shop/text';
import { formatCount, formatTime } from '../i18n';
import { formatMoney, parseMoney } from '../i18n/money';
import { mayChange } from '../session/session';
import { Confirm } from '../shared/confirm';
import { SelectField, TextField } from '../shared/form/fields';
import { Form, useForm } from '../shared/form/form';
import { Box, StaffPage } from '../shared/page';
import { PagedView, usePaged } from '../shared/paged';
import { wordsOf } from '../shared/problem-words';
import { Loaded, useResource } from '../shared/resource';
import { followClock, formatLeft, serverNowMs, untilMs } from '../shared/shop/clock';
import { shopWords } from '../shared/shop/words';
import { toast } from '../shared/toasts';
import { StudioNav } from '../staff/studio-nav';
import { fetchAllProducts, newDeal, readDeal, shopPath, turnDeal, type StudioDeal, type StudioProduct } from './api';
import { amountError, numberError, problems, timeInput, timeOf, wholeNumber } from './say';
import { shopkeepingWords } from './words';

// A running deal sells while one looks.
const pollMs = 5000;
const usualLengthMs = 60 * 60_000;

export function DealsPage(): JSX.Element {
  const words = shopkeepingWords.words.value.deals;
  const deals = usePaged(shopPath('/deals?limit=50'), 'deals', readDeal, pollMs);
  useEffect(followClock, []);
  const may = mayChange('manage_catalogue');
  return (
    <StaffPage title={words.title} lead={words.lead} nav={<StudioNav />} testid="deals">
      {may && <NewDeal onCreated={() => void deals.reload()} />}
      <Box title={words.title}>
        <PagedView from={deals}>{(items) => (items.length === 0 ? <p>{words.none}</p> : <DealTable deals={items} may={may} onChanged={() => void deals.reload()} />)}</PagedView>
      </Box>
    </StaffPage>
  );
}

function NewDeal({ onCreated }: { onCreated(): void }): JSX.Element {
  const words = shopkeepingWords.words.value.deals;
  const products = useResource(fetchAllProducts);
  return (
    <Box title={words.create} testid="new-deal">
      <Loaded from={products}>{(known) => (known.some(({ skus }) => skus.length > 0) ? <DealForm products={known} onCreated={onCreated} /> : <p>{words.noProducts}</p>)}</Loaded>
    </Box>
  );
}

function DealForm({ products, onCreated }: { products: StudioProduct[]; onCreated(): void }): JSX.Element {
  const words = shopkeepingWords.words.value;
  const [creation] = useState(newDeal);
  const skus = products.flatMap(({ name, skus: each }) => each.map((sku) => ({ ...sku, label: sku.option ? `${said(name)} / ${said(sku.option)}` : said(name) })));
  const chosen = useSignal(String(skus[0]?.sku ?? ''));
  const sku = skus.find((each) => String(each.sku) === chosen.value) ?? skus[0];
  const currency = sku?.currency ?? '';
  const form = useForm({
    names: ['sku', 'price', 'quantity', 'per_account_max', 'starts_at', 'ends_at'],
    check: ({ price, quantity, per_account_max, starts_at, ends_at }) => {
      const from = starts_at === '' ? serverNowMs.peek() : Date.parse(timeOf(starts_at) ?? '');
      const to = Date.parse(timeOf(ends_at) ?? '');
      return {
        price: amountError(price, currency),
        quantity: numberError(quantity, 1),
        per_account_max: numberError(per_account_max),
        starts_at: Number.isNaN(from) ? words.timeWrong : undefined,
        ends_at: to > from && to > serverNowMs.peek() ? undefined : words.deals.endsWrong,
      };
    },
    send: async ({ sku: typed, price, quantity, per_account_max, starts_at, ends_at }) => {
      const from = timeOf(starts_at);
      const outcome = await creation.send({
        sku: Number(typed),
        price: parseMoney(price, currency),
        quantity: wholeNumber(quantity),
        per_account_max: wholeNumber(per_account_max),
        ...(from !== null && { starts_at: from }),
        ends_at: timeOf(ends_at),
      });
      if (!outcome.ok) return outcome.problem;
      toast(words.deals.created);
      onCreated();
      return null;
    },
    words: () => ({ ...problems(), sold_out: words.deals.sold_out }),
  });
  return (
    <Form model={form} action={words.deals.action} testid="deal-form" resets>
      <SelectField name="sku" label={words.deals.product} value={chosen.value} options={skus.map((each) => ({ value: String(each.sku), label: each.label }))} onValue={(value) => (chosen.value = value)} />
      <TextField name="price" label={words.deals.price} hint={sku && words.deals.priceNow(formatMoney(sku.price, currency))} inputmode="decimal" maxLength={16} />
      <TextField name="quantity" label={words.deals.quantity} inputmode="numeric" maxLength={7} />
      <TextField name="per_account_max" label={words.deals.perAccount} hint={words.deals.perAccountHint} value="0" inputmode="numeric" maxLength={4} />
      <TextField name="starts_at" type="datetime-local" label={words.deals.starts} hint={words.deals.startsHint} optional />
      <TextField name="ends_at" type="datetime-local" label={words.deals.ends} value={timeInput(Date.now() + usualLengthMs)} />
    </Form>
  );
}

function DealTable({ deals, may, onChanged }: { deals: StudioDeal[]; may: boolean; onChanged(): void }): JSX.Element {
  const words = shopkeepingWords.words.value.deals;
  const ending = useSignal<StudioDeal | null>(null);
  const start = async (deal: StudioDeal): Promise<void> => {
    const outcome = await turnDeal(deal.id, 'start');
    toast(outcome.ok ? words.started : wordsOf(outcome.problem, { ...problems(), sold_out: words.sold_out }));
    onChanged();
  };
  return (
    <>
      <table class="table">
        <thead>
          <tr>
            <th scope="col">{words.product}</th>
            <th scope="col" class="table__number">
              {words.price}
            </th>
            <th scope="col">{words.sold}</th>
            <th scope="col">{words.time}</th>
            <th scope="col">{words.state}</th>
            {may && (
              <th scope="col" class="table__actions">
                <span class="visually-hidden">{words.end}</span>
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {deals.map((deal) => (
            <tr key={deal.id} data-testid="deal-row" data-deal={deal.id} data-state={deal.state}>
              <td>
                <span class="table__main">{said(deal.name)}</span>
              </td>
              <td class="table__number" data-label={words.price}>
                <span>
                  {formatMoney(deal.price, deal.currency)}
                  <s class="table__sub">{formatMoney(deal.was, deal.currency)}</s>
                </span>
              </td>
              <td data-label={words.sold}>{words.progress(formatCount(deal.sold), formatCount(deal.held), formatCount(deal.quantity))}</td>
              <td data-label={words.time}>
                <span>
                  {formatTime(deal.starts_at)} – {formatTime(deal.ends_at)}
                  {deal.state !== 'ended' && <span class="table__sub">{countdown(deal)}</span>}
                </span>
              </td>
              <td data-label={words.state}>
                <span class={deal.state === 'running' ? 'badge badge--live' : 'tag'}>{words.states[deal.state]}</span>
              </td>
              {may && (
                <td class="table__actions">
                  {deal.state === 'scheduled' && (
                    <button type="button" class="button button--quiet" data-testid="start-deal" aria-label={words.startOne(said(deal.name))} onClick={() => void start(deal)}>
                      {words.start}
                    </button>
                  )}
                  {deal.state !== 'ended' && (
                    <button type="button" class="button button--quiet" data-testid="end-deal" aria-label={words.endOne(said(deal.name))} onClick={() => (ending.value = deal)}>
                      {words.end}
                    </button>
                  )}
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
      {ending.value && (
        <Confirm
          title={words.endTitle}
          action={words.end}
          danger
          words={problems()}
          onClose={() => (ending.value = null)}
          run={async () => {
            const outcome = await turnDeal(ending.value?.id ?? 0, 'end');
            onChanged();
            if (outcome.ok) toast(words.ended);
            return outcome.ok ? null : outcome.problem;
          }}
        >
          <p>{words.endText}</p>
        </Confirm>
      )}
    </>
  );
}

function countdown({ state, starts_at, ends_at }: StudioDeal): string {
  const words = shopWords.words.value.countdown;
  const ms = untilMs(state === 'running' ? ends_at : starts_at, serverNowMs.value);
  return state === 'running' ? words.endsIn(formatLeft(ms)) : words.startsIn(formatLeft(ms));
}
