import type { JSX } from 'preact';
import { t } from '../i18n';
import { account } from '../session/session';
import { inShop } from '../session/shops';
import { AreaNav } from '../shared/area-nav';
import { route } from '../shared/router';

/** The ways between the pages of a shop; '': of none in particular. */
export function ShopNav({ shop }: { shop: string }): JSX.Element {
  const { page } = route.value;
  const links = [
    { href: inShop('/products', shop), label: t.value.products, within: page === 'product' },
    { href: inShop('/cart', shop), label: t.value.cart, within: page === 'checkout' },
  ];
  if (account.value) links.push({ href: '/orders', label: t.value.myOrders, within: page === 'order' });
  return <AreaNav label={t.value.products} links={links} />;
}
