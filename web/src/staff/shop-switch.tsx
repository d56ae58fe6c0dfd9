import type { ComponentChildren, JSX } from 'preact';
import { Fragment } from 'preact';
import { useId } from 'preact/hooks';
import { said } from '../api/shop/text';
import { chooseShop, ownShops, studioShop } from '../session/shops';
import { SheetPage } from '../shared/page';
import { navigate, route } from '../shared/router';
import { sharedWords } from '../shared/words';

/** Pages of one thing of a shop, and the list that another shop has in its place. */
const listOf: Partial<Record<string, string>> = {
  channel: '/studio',
  'catalogue-product': '/studio/shop/products',
  'shop-order': '/studio/shop/orders',
};

/** Which of one's shops the studio shows; nothing where there is one alone. */
export function ShopSwitch(): JSX.Element | null {
  const id = useId();
  const own = ownShops.value;
  if (own.length < 2) return null;
  const change = (to: string): void => {
    chooseShop(to);
    const list = listOf[route.peek().page];
    if (list !== undefined) navigate(list);
  };
  return (
    <div class="shop-switch">
      <label class="field__label" for={id}>
        {sharedWords.words.value.studioShop.label}
      </label>
      <select id={id} class="input" data-testid="shop-switch" onChange={(event) => change(event.currentTarget.value)}>
        {own.map((shop) => (
          <option key={shop.id} value={shop.id} selected={shop.id === studioShop.value}>
            {said(shop.name)}
          </option>
        ))}
      </select>
    </div>
  );
}

/** The pages of one shop: it is chosen first where one runs several, and another one's pages begin anew. */
export function ShopGate({ children }: { children: ComponentChildren }): JSX.Element {
  const words = sharedWords.words.value.studioShop;
  const shop = studioShop.value;
  if (shop !== '') return <Fragment key={shop}>{children}</Fragment>;
  return (
    <SheetPage title={words.chooseTitle} lead={words.chooseText} testid="choose-shop">
      <ul class="shop-list">
        {ownShops.value.map(({ id, name }) => (
          <li key={id}>
            <button type="button" class="button button--plain" data-testid="shop-choice" data-shop={id} onClick={() => chooseShop(id)}>
              {said(name)}
            </button>
          </li>
        ))}
      </ul>
    </SheetPage>
  );
}
