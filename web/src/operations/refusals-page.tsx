import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { get } from '../api/call';
import { count, list, optional, record, text, type Of } from '../api/read';
import { formatAgo, formatCount, formatTime } from '../i18n';
import { Box, Empty, StaffPage } from '../shared/page';
import { Loaded, useResource } from '../shared/resource';
import { OperationsNav } from './operations-nav';
import { operationsWords } from './words';

const pollMs = 5000;
const addressesMax = 100;
const orders = ['newest', 'most'] as const;

const readKind = record({ kind: text, count });
type Kind = Of<typeof readKind>;
const readAddress = record({
  address: text,
  account: optional(record({ id: text, login: text })),
  count,
  kinds: list(readKind),
  first_at: text,
  last_at: text,
});
type Address = Of<typeof readAddress>;
const readRefusals = record({ addresses: list(readAddress), addresses_known: count, since: text, totals: list(readKind) });
type Refusals = Of<typeof readRefusals>;

/** Who tried what and was refused, by address. */
export function RefusalsPage(): JSX.Element {
  const words = operationsWords.words.value.refusals;
  const order = useSignal<(typeof orders)[number]>('newest');
  const path = `/api/v1/operations/refusals?order=${order.value}&limit=${addressesMax}`;
  const refusals = useResource(() => get(path, readRefusals), pollMs, order.value);
  return (
    <StaffPage title={words.title} lead={words.lead} nav={<OperationsNav />} testid="refusals">
      <fieldset class="levels">
        <legend class="field__label">{words.order}</legend>
        <div class="segmented">
          {orders.map((each) => (
            <label key={each} class="segmented__option">
              <input type="radio" name="order" value={each} checked={order.value === each} onChange={() => (order.value = each)} />
              <span>{words.orders[each]}</span>
            </label>
          ))}
        </div>
      </fieldset>
      <Loaded from={refusals}>{(known) => (known.totals.length === 0 ? <Empty title={words.noneTitle} text={words.noneText} /> : <Report known={known} />)}</Loaded>
    </StaffPage>
  );
}

function Report({ known: { addresses, addresses_known, since, totals } }: { known: Refusals }): JSX.Element {
  const words = operationsWords.words.value.refusals;
  const others = addresses_known - addresses.length;
  return (
    <>
      <Box title={words.addresses} text={words.addressesText}>
        {addresses.length === 0 ? (
          <p class="box__text">{words.noAddress}</p>
        ) : (
          <table class="table">
            <thead>
              <tr>
                <th scope="col">{words.address}</th>
                <th scope="col">{words.why}</th>
                <th scope="col" class="table__number">
                  {words.count}
                </th>
                <th scope="col">{words.first}</th>
                <th scope="col">{words.last}</th>
              </tr>
            </thead>
            <tbody>
              {addresses.map((each) => (
                <Row key={each.address} from={each} />
              ))}
            </tbody>
          </table>
        )}
        {others > 0 && <p class="box__text">{words.others(formatCount(others))}</p>}
      </Box>
      <Box title={words.totals} text={words.since(formatTime(since))} testid="refusal-totals">
        <Kinds kinds={totals} />
      </Box>
    </>
  );
}

function Row({ from: { address, account, count: total, kinds, first_at, last_at } }: { from: Address }): JSX.Element {
  const words = operationsWords.words.value.refusals;
  return (
    <tr data-testid="refused" data-address={address}>
      <td>
        <span>
          <span class="table__main">{address}</span>
          {account && <span class="table__sub">{words.account(account.login)}</span>}
        </span>
      </td>
      <td data-label={words.why}>
        <Kinds kinds={kinds} />
      </td>
      <td data-label={words.count} class="table__number">
        {formatCount(total)}
      </td>
      <td data-label={words.first} title={formatTime(first_at)}>
        {formatAgo(first_at)}
      </td>
      <td data-label={words.last} title={formatTime(last_at)}>
        {formatAgo(last_at)}
      </td>
    </tr>
  );
}

/** A secret was tried, or had been tried too often. */
const isGuess = (kind: string): boolean => kind.startsWith('wrong_') || kind === 'unknown_token' || kind === 'too_many_tries';

function Kinds({ kinds }: { kinds: Kind[] }): JSX.Element {
  const names = operationsWords.words.value.refusals.kinds as Partial<Record<string, string>>;
  return (
    <span class="tags">
      {kinds.map(({ kind, count: times }) => (
        <span key={kind} class={isGuess(kind) ? 'tag tag--warn' : 'tag'} data-kind={kind}>
          {names[kind] ?? kind} · {formatCount(times)}
        </span>
      ))}
    </span>
  );
}
