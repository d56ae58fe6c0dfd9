import { computed, signal } from '@preact/signals';
import type { ComponentChildren, JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import type { Outcome } from '../api/call';
import { fetchCarts, fetchShops, type Shop } from '../api/shop/shops';
import { said } from '../api/shop/text';
import { formatCount, t } from '../i18n';
import { session, sessionProblem } from '../session/session';
import { onlyShop } from '../session/shops';
import { Box, Empty, StaffPage } from '../shared/page';
import { Loaded, useResource } from '../shared/resource';
import { Link, query } from '../shared/router';
import { ShopNav } from './shop-nav';
import { buyingWords } from './words';

/** The shop that the address names, or the only one there is; '' where it has to be chosen. */
export const shopHere = computed(() => new URLSearchParams(query.value).get('shop') || onlyShop.value?.id || '');

interface Choice {
  shop: Shop;
  /** In the cart there; null where carts are not asked for. */
  units: number | null;
}

interface InShopProps {
  title: string;
  /** The page that a choice leads to. */
  to: string;
  /** Only shops where the cart holds something are to choose from. */
  withCart?: boolean;
  /** Instead of a choice among none. */
  empty?: ComponentChildren;
  children(shop: string): JSX.Element;
}

/** A page of one shop. Where there are several and the address names none, the reader says which: never the first by itself. */
export function InShop({ children, ...choice }: InShopProps): JSX.Element {
  const shop = shopHere.value;
  if (shop !== '') return children(shop);
  if (session.value !== null || sessionProblem.value !== null) return <Choose {...choice}>{children}</Choose>;
  return (
    <StaffPage title={choice.title} nav={<ShopNav shop="" />} testid="choose-shop">
      <div class="rows" aria-busy="true">
        <p class="visually-hidden">{t.value.areaLoading}</p>
        <div class="skeleton skeleton--row" />
        <div class="skeleton skeleton--row" />
      </div>
    </StaffPage>
  );
}

function Choose({ title, to, withCart = false, empty, children }: InShopProps): JSX.Element {
  const words = buyingWords.words.value.shops;
  const found = useResource(() => choices(withCart));
  const known = found.value.value;
  const first = known?.[0];
  if (known?.length === 1 && first) return children(first.shop.id);
  return (
    <StaffPage title={title} nav={<ShopNav shop="" />} testid="choose-shop">
      <Loaded from={found}>
        {(all) =>
          all.length === 0 ? (
            (empty ?? <Empty title={words.none} text="" />)
          ) : (
            <Box title={words.which} text={withCart ? words.cartText : words.text}>
              <ul class="shop-choices">
                {all.map(({ shop, units }) => (
                  <li key={shop.id}>
                    <Link href={`${to}?${new URLSearchParams({ shop: shop.id })}`} class="shop-choices__shop" data-testid="shop-choice" data-shop={shop.id}>
                      <span>{said(shop.name)}</span>
                      {units !== null && <span class="shop-choices__units">{words.units(units, formatCount(units))}</span>}
                    </Link>
                  </li>
                ))}
              </ul>
            </Box>
          )
        }
      </Loaded>
    </StaffPage>
  );
}

async function choices(withCart: boolean): Promise<Outcome<Choice[]>> {
  const [shops, carts] = await Promise.all([fetchShops(), withCart ? fetchCarts() : null]);
  if (!shops.ok) return shops;
  if (carts === null) return { ok: true, value: shops.value.map((shop) => ({ shop, units: null })) };
  if (!carts.ok) return carts;
  const value = carts.value.flatMap(({ shop: id, units }) => {
    const shop = shops.value.find((each) => each.id === id);
    return shop ? [{ shop, units }] : [];
  });
  return { ok: true, value };
}

const names = signal<ReadonlyMap<string, Shop> | null>(null);

/** What a shop is called, where there are several and it is worth saying; null otherwise. */
export function useShopName(): (id: string) => string | null {
  const several = session.value !== null && onlyShop.value === null;
  useEffect(() => {
    if (!several || names.peek()) return;
    void fetchShops().then((outcome) => {
      if (outcome.ok) names.value = new Map(outcome.value.map((shop) => [shop.id, shop]));
    });
  }, [several]);
  return (id) => {
    if (!several) return null;
    const known = names.value?.get(id);
    return known ? said(known.name) : id;
  };
}
