import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { fetchCategories, productsPath, readCard, sortOrders, type Card, type SortOrder } from '../../api/shop/catalogue';
import { said } from '../../api/shop/text';
import { formatCount } from '../../i18n';
import { Empty, StaffPage } from '../../shared/page';
import { PagedView, usePaged } from '../../shared/paged';
import { useResource } from '../../shared/resource';
import { Link, navigate, query } from '../../shared/router';
import { followClock } from '../../shared/shop/clock';
import { ProductPicture } from '../../shared/shop/product-picture';
import { stockOf, type StockStore } from '../../shared/shop/stock-store';
import { bestOffer } from '../offers';
import { DealLine, Price, StockLine } from '../parts/offer-lines';
import { InShop } from '../shop-choice';
import { ShopNav } from '../shop-nav';
import { buyingWords } from '../words';
import { searchOf, searchPath } from './search-address';

export function ProductsPage(): JSX.Element {
  return (
    <InShop title={buyingWords.words.value.list.title} to="/products">
      {(shop) => <Products key={shop} shop={shop} />}
    </InShop>
  );
}

/** All products of a shop, by category and by words; what is asked for is in the address. */
function Products({ shop }: { shop: string }): JSX.Element {
  const words = buyingWords.words.value.list;
  const search = searchOf(query.value);
  const store = stockOf(shop);
  const cards = usePaged(productsPath(shop, search), 'products', readCard);
  useEffect(store.follow, [store]);
  useEffect(followClock, []);
  const shown = cards.items.value;
  return (
    <StaffPage title={search.q === '' ? words.title : words.documentTitle(search.q)} nav={<ShopNav shop={shop} />} testid="products">
      <SearchForm key={search.q} />
      <Filters shop={shop} />
      <p class="products__found" role="status" data-testid="found">
        {shown !== null && shown.length > 0 && !cards.busy.value ? words.found(shown.length, formatCount(shown.length), cards.next.value !== null) : ''}
      </p>
      {store.problem.value && store.stock.value && (
        <p class="notice notice--warn" role="status">
          {buyingWords.words.value.stock.old}
        </p>
      )}
      <PagedView from={cards}>
        {(items) => (items.length === 0 ? <NothingFound q={search.q} /> : <Grid cards={items} store={store} />)}
      </PagedView>
    </StaffPage>
  );
}

function SearchForm(): JSX.Element {
  const words = buyingWords.words.value.list;
  const search = searchOf(query.value);
  const typed = useSignal(search.q);
  const go = (q: string): void => navigate(searchPath({ ...search, q }));
  return (
    <form
      class="products__search"
      role="search"
      onSubmit={(event) => {
        event.preventDefault();
        go(typed.value.trim());
      }}
    >
      <input
        type="search"
        class="input"
        name="q"
        aria-label={words.search}
        placeholder={words.search}
        autocomplete="off"
        maxLength={100}
        value={typed.value}
        onInput={(event) => (typed.value = event.currentTarget.value)}
      />
      <button type="submit" class="button" data-testid="search">
        {words.searchAction}
      </button>
      {search.q !== '' && (
        <button type="button" class="button button--quiet" data-testid="clear-search" onClick={() => go('')}>
          {words.clear}
        </button>
      )}
    </form>
  );
}

function Filters({ shop }: { shop: string }): JSX.Element {
  const words = buyingWords.words.value.list;
  const search = searchOf(query.value);
  const categories = useResource(() => fetchCategories(shop));
  const all = categories.value.value ?? [];
  return (
    <div class="products__filters">
      {all.length > 0 && (
        <nav class="chips" aria-label={words.category}>
          <Chip label={words.everything} category="" current={search.category} />
          {all.map(({ id, name }) => (
            <Chip key={id} label={said(name)} category={id} current={search.category} />
          ))}
        </nav>
      )}
      <label class="products__sort">
        <span class="field__label">{words.sort}</span>
        <select class="input" name="sort" onChange={(event) => navigate(searchPath({ ...search, sort: event.currentTarget.value as SortOrder }), 'replace')}>
          {sortOrders.map((sort) => (
            <option key={sort} value={sort} selected={sort === search.sort}>
              {words.sorts[sort]}
            </option>
          ))}
        </select>
      </label>
    </div>
  );
}

function Chip({ label, category, current }: { label: string; category: string; current: string }): JSX.Element {
  const search = searchOf(query.value);
  return (
    <Link href={searchPath({ ...search, category })} class="chip" aria-current={category === current ? 'true' : undefined} data-testid="category" data-category={category}>
      {label}
    </Link>
  );
}

function NothingFound({ q }: { q: string }): JSX.Element {
  const words = buyingWords.words.value.list;
  return q === '' ? <Empty title={words.emptyTitle} text={words.emptyText} /> : <Empty title={words.noneTitle} text={words.noneText(q)} />;
}

function Grid({ cards, store }: { cards: Card[]; store: StockStore }): JSX.Element {
  return (
    <ul class="products__grid">
      {cards.map((card, index) => (
        <ProductCard key={card.id} card={card} store={store} eager={index < 4} />
      ))}
    </ul>
  );
}

function ProductCard({ card, store, eager }: { card: Card; store: StockStore; eager: boolean }): JSX.Element {
  const words = buyingWords.words.value;
  const offer = bestOffer(store, card);
  const name = said(card.name);
  return (
    <li class="product-card" data-testid="product-card" data-product={card.id} data-state={offer?.state}>
      <ProductPicture url={card.picture} name={name} width={480} eager={eager} />
      {offer?.deal && <span class="badge badge--live product-card__badge">{words.deal.badge}</span>}
      <div class="product-card__words">
        <h2 class="product-card__name">
          <Link href={`/products/${card.id}`} class="product-card__link">
            {name}
          </Link>
        </h2>
        <Price price={offer?.price ?? card.price_min} was={offer?.was ?? null} currency={card.currency} from={!offer?.deal && card.price_max > card.price_min} />
        {offer?.deal ? <DealLine deal={offer.deal} /> : offer && offer.state !== 'available' && <StockLine state={offer.state} left={offer.left} />}
        {card.skus.length > 1 && <p class="product-card__options">{words.list.options(formatCount(card.skus.length))}</p>}
      </div>
    </li>
  );
}
