import type { JSX } from 'preact';
import { t } from '../i18n';
import { may } from '../session/session';
import { AreaNav } from '../shared/area-nav';
import { route } from '../shared/router';
import { sharedWords } from '../shared/words';
import { ShopSwitch } from './shop-switch';

export function StudioNav(): JSX.Element {
  const words = sharedWords.words.value.studioNav;
  const links = [{ href: '/studio', label: words.channels, within: route.value.page === 'channel' }];
  const { page } = route.value;
  if (may('manage_catalogue')) {
    links.push(
      { href: '/studio/shop/products', label: words.products, within: page === 'catalogue-product' },
      { href: '/studio/shop/deals', label: words.deals, within: false },
      { href: '/studio/shop/coupons', label: words.coupons, within: false },
      { href: '/studio/shop/orders', label: words.orders, within: page === 'shop-order' },
      { href: '/studio/shop/sales', label: words.sales, within: false },
    );
  }
  if (may('grant_roles')) links.push({ href: '/studio/team', label: words.team, within: false });
  return (
    <>
      <ShopSwitch />
      <AreaNav label={t.value.studio} links={links} />
    </>
  );
}
