import type { JSX } from 'preact';
import { readSummary, type OrderSummary } from '../../api/shop/orders';
import { said } from '../../api/shop/text';
import { formatCount, formatTime } from '../../i18n';
import { formatMoney } from '../../i18n/money';
import { Empty, StaffPage } from '../../shared/page';
import { PagedView, usePaged } from '../../shared/paged';
import { Link } from '../../shared/router';
import { OrderTag } from '../../shared/shop/order-tag';
import { ProductPicture } from '../../shared/shop/product-picture';
import { useShopName } from '../shop-choice';
import { ShopNav } from '../shop-nav';
import { buyingWords } from '../words';

export function OrdersPage(): JSX.Element {
  const words = buyingWords.words.value;
  const orders = usePaged('/api/v1/orders?limit=20', 'orders', readSummary);
  return (
    <StaffPage title={words.orders.title} nav={<ShopNav shop="" />} testid="orders">
      <PagedView from={orders}>
        {(items) =>
          items.length === 0 ? (
            <Empty title={words.orders.emptyTitle} text={words.orders.emptyText}>
              <Link href="/products" class="button">
                {words.product.toProducts}
              </Link>
            </Empty>
          ) : (
            <ul class="order-rows">
              {items.map((order) => (
                <OrderRow key={order.id} order={order} />
              ))}
            </ul>
          )
        }
      </PagedView>
    </StaffPage>
  );
}

function OrderRow({ order }: { order: OrderSummary }): JSX.Element {
  const words = buyingWords.words.value.orders;
  const shop = useShopName()(order.shop);
  const name = said(order.first_line.name);
  const others = order.units - 1;
  return (
    <li class="order-row" data-testid="order-row" data-order={order.id} data-state={order.state}>
      <ProductPicture url={order.first_line.picture} name={name} width={160} />
      <div class="order-row__words">
        <Link href={`/orders/${order.id}`} class="order-row__link">
          {others > 0 ? words.more(name, others, formatCount(others)) : name}
        </Link>
        <p class="order-row__facts">
          <span>
            {words.number} {order.id}
          </span>
          <span>{formatTime(order.placed_at)}</span>
          {shop && <span data-testid="order-shop">{shop}</span>}
        </p>
        <OrderTag state={order.state} />
      </div>
      <p class="order-row__total">{formatMoney(order.total, order.currency)}</p>
    </li>
  );
}
