import type { JSX } from 'preact';
import { orderStates } from '../../api/shop/orders';
import { said } from '../../api/shop/text';
import { formatCount, formatTime } from '../../i18n';
import { formatMoney } from '../../i18n/money';
import { StaffPage } from '../../shared/page';
import { PagedView, usePaged } from '../../shared/paged';
import { Link, navigate, query } from '../../shared/router';
import { OrderTag } from '../../shared/shop/order-tag';
import { shopWords } from '../../shared/shop/words';
import { StudioNav } from '../../staff/studio-nav';
import { readShopSummary, shopPath, type ShopSummary } from '../api';
import { shopkeepingWords } from '../words';

/** Every order of the shop, the newest first; the state that is looked for is in the address. */
export function ShopOrdersPage(): JSX.Element {
  const words = shopkeepingWords.words.value.orders;
  const asked = new URLSearchParams(query.value).get('state');
  const state = orderStates.find((each) => each === asked) ?? '';
  const orders = usePaged(shopPath(`/orders?limit=50${state === '' ? '' : `&state=${state}`}`), 'orders', readShopSummary);
  return (
    <StaffPage title={words.title} nav={<StudioNav />} testid="shop-orders">
      <div class="toolbar">
        <label class="field">
          <span class="field__label">{words.filter}</span>
          <select
            class="input"
            name="state"
            data-testid="filter-state"
            onChange={(event) => navigate(event.currentTarget.value === '' ? '/studio/shop/orders' : `/studio/shop/orders?state=${event.currentTarget.value}`, 'replace')}
          >
            <option value="" selected={state === ''}>
              {words.every}
            </option>
            {orderStates.map((each) => (
              <option key={each} value={each} selected={each === state}>
                {shopWords.words.value.orders.states[each]}
              </option>
            ))}
          </select>
        </label>
      </div>
      <PagedView from={orders}>{(items) => (items.length === 0 ? <p>{words.none}</p> : <OrderTable orders={items} />)}</PagedView>
    </StaffPage>
  );
}

function OrderTable({ orders }: { orders: ShopSummary[] }): JSX.Element {
  const words = shopkeepingWords.words.value.orders;
  return (
    <div class="box">
      <table class="table">
        <thead>
          <tr>
            <th scope="col">{words.order}</th>
            <th scope="col">{words.buyer}</th>
            <th scope="col">{words.placed}</th>
            <th scope="col" class="table__number">
              {words.units}
            </th>
            <th scope="col" class="table__number">
              {words.total}
            </th>
            <th scope="col">{words.filter}</th>
          </tr>
        </thead>
        <tbody>
          {orders.map((order) => (
            <tr key={order.id} data-testid="shop-order-row" data-order={order.id} data-state={order.state}>
              <td>
                <span>
                  <Link href={`/studio/shop/orders/${order.id}`} class="table__main link">
                    {order.id}
                  </Link>
                  <span class="table__sub">{said(order.first_line.name)}</span>
                </span>
              </td>
              <td data-label={words.buyer}>{order.buyer.display_name || order.buyer.login}</td>
              <td data-label={words.placed}>{formatTime(order.placed_at)}</td>
              <td class="table__number" data-label={words.units}>
                {formatCount(order.units)}
              </td>
              <td class="table__number" data-label={words.total}>
                {formatMoney(order.total, order.currency)}
              </td>
              <td data-label={words.filter}>
                <OrderTag state={order.state} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
