import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { fetchCategories, type Category } from '../api/shop/catalogue';
import { said } from '../api/shop/text';
import { formatCount } from '../i18n';
import { mayChange } from '../session/session';
import { studioShop } from '../session/shops';
import { TextField } from '../shared/form/fields';
import { Form, useForm } from '../shared/form/form';
import { TextInput } from '../shared/form/text-input';
import { Box, Empty, StaffPage } from '../shared/page';
import { PagedView, usePaged } from '../shared/paged';
import { Loaded, useResource } from '../shared/resource';
import { Link } from '../shared/router';
import { ProductPicture } from '../shared/shop/product-picture';
import { toast } from '../shared/toasts';
import { StudioNav } from '../staff/studio-nav';
import { readStudioProduct, saveCategory, shopPath, type StudioProduct } from './api';
import { CreateProduct } from './product/create-product';
import { numberError, priceRange, problems, wholeNumber } from './say';
import { shopkeepingWords } from './words';

// Long enough to type a syllable.
const searchPauseMs = 350;

/** Everything the shop has, hidden products too. */
export function CataloguePage(): JSX.Element {
  const words = shopkeepingWords.words.value.products;
  const typed = useSignal('');
  const q = useSignal('');
  useEffect(() => {
    const timer = setTimeout(() => (q.value = typed.value.trim().normalize('NFC')), searchPauseMs);
    return () => clearTimeout(timer);
  }, [typed.value]);
  const products = usePaged(shopPath(`/products?limit=50${q.value === '' ? '' : `&q=${encodeURIComponent(q.value)}`}`), 'products', readStudioProduct);
  const categories = useResource(() => fetchCategories(studioShop.peek()));
  const creating = useSignal(false);
  const may = mayChange('manage_catalogue');
  const create = may && (
    <button type="button" class="button" data-testid="create-product" onClick={() => (creating.value = true)}>
      {words.create}
    </button>
  );
  const none = q.value === '' && products.items.value?.length === 0;
  return (
    <StaffPage title={words.title} nav={<StudioNav />} action={none ? null : create} testid="catalogue">
      {!none && (
        <div class="toolbar">
          <TextInput label={words.search} value={typed} type="search" testid="search-products" />
        </div>
      )}
      <PagedView from={products}>
        {(items) =>
          none ? (
            <Empty title={words.emptyTitle} text={words.emptyText}>
              {create}
            </Empty>
          ) : items.length === 0 ? (
            <p>{words.none}</p>
          ) : (
            <ProductTable products={items} categories={categories.value.value ?? []} />
          )
        }
      </PagedView>
      <Box title={words.categories} text={words.categoriesText} testid="categories">
        <Loaded from={categories}>{(known) => <Categories categories={known} may={may} onSaved={() => void categories.load()} />}</Loaded>
      </Box>
      {creating.value && <CreateProduct categories={categories.value.value ?? []} onClose={() => (creating.value = false)} />}
    </StaffPage>
  );
}

function ProductTable({ products, categories }: { products: StudioProduct[]; categories: Category[] }): JSX.Element {
  const words = shopkeepingWords.words.value.products;
  const sum = (product: StudioProduct, of: 'available' | 'held' | 'sold'): string => formatCount(product.skus.reduce((total, sku) => total + sku[of], 0));
  const categoryOf = (id: string): string => {
    const known = categories.find((each) => each.id === id);
    return known ? said(known.name) : id;
  };
  return (
    <div class="box">
      <table class="table">
        <thead>
          <tr>
            <th scope="col">{words.product}</th>
            <th scope="col" class="table__number">
              {words.price}
            </th>
            <th scope="col" class="table__number">
              {words.available}
            </th>
            <th scope="col" class="table__number">
              {words.held}
            </th>
            <th scope="col" class="table__number">
              {words.sold}
            </th>
          </tr>
        </thead>
        <tbody>
          {products.map((product) => (
            <tr key={product.id} data-testid="catalogue-row" data-product={product.id}>
              <td>
                <span class="with-picture">
                  <ProductPicture url={product.picture} name={said(product.name)} width={160} />
                  <span>
                    <Link href={`/studio/shop/products/${product.id}`} class="table__main link">
                      {said(product.name)}
                    </Link>
                    <span class="table__sub">{categoryOf(product.category)}</span>
                    {product.hidden && <span class="tag tag--warn">{words.hidden}</span>}
                  </span>
                </span>
              </td>
              <td class="table__number" data-label={words.price}>
                {priceRange(product)}
              </td>
              <td class="table__number" data-label={words.available}>
                {sum(product, 'available')}
              </td>
              <td class="table__number" data-label={words.held}>
                {sum(product, 'held')}
              </td>
              <td class="table__number" data-label={words.sold}>
                {sum(product, 'sold')}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Categories({ categories, may, onSaved }: { categories: Category[]; may: boolean; onSaved(): void }): JSX.Element {
  const words = shopkeepingWords.words.value;
  const form = useForm({
    names: ['id', 'ko', 'en', 'place'],
    check: ({ id, ko, en, place }) => ({
      id: /^[a-z0-9-]{1,40}$/.test(id.trim()) ? undefined : words.products.categoryIdWrong,
      ko: ko.trim() === '' ? words.bothMissing : undefined,
      en: en.trim() === '' ? words.bothMissing : undefined,
      place: numberError(place),
    }),
    send: async ({ id, ko, en, place }) => {
      const outcome = await saveCategory(id.trim(), { ko: ko.trim(), en: en.trim() }, wholeNumber(place) ?? 0);
      if (!outcome.ok) return outcome.problem;
      toast(words.products.categorySaved);
      onSaved();
      return null;
    },
    words: problems,
  });
  return (
    <>
      {categories.length > 0 && (
        <ol class="category-list" data-testid="category-list">
          {categories.map(({ id, name, products }) => (
            <li key={id}>
              <strong>{said(name)}</strong> <code>{id}</code> <span>{formatCount(products)}</span>
            </li>
          ))}
        </ol>
      )}
      {may && (
        <Form model={form} action={words.products.categorySave} testid="category-form" resets>
          <TextField name="id" label={words.products.categoryId} hint={words.products.categoryIdHint} maxLength={40} verbatim />
          <TextField name="ko" label={words.product.name(words.both.ko)} maxLength={100} />
          <TextField name="en" label={words.product.name(words.both.en)} maxLength={100} />
          <TextField name="place" label={words.products.categoryPlace} inputmode="numeric" maxLength={4} value={String(categories.length + 1)} />
        </Form>
      )}
    </>
  );
}
