import type { JSX } from 'preact';
import { t } from '../i18n';
import { account } from '../session/session';
import { AreaNav } from '../shared/area-nav';
import { route } from '../shared/router';

/** The ways between the pages of the shop. */
export function ShopNav(): JSX.Element {
  const { page } = route.value;
  const links = [
    { href: '/products', label: t.value.products, within: page === 'product' },
    { href: '/cart', label: t.value.cart, within: page === 'checkout' },
  ];
  if (account.value) links.push({ href: '/orders', label: t.value.myOrders, within: page === 'order' });
  return <AreaNav label={t.value.products} links={links} />;
}
