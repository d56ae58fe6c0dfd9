import type { JSX } from 'preact';
import { fetchCategories } from '../../api/shop/catalogue';
import { said } from '../../api/shop/text';
import { t } from '../../i18n';
import { mayChange } from '../../session/session';
import { studioShop } from '../../session/shops';
import { SelectField, TextAreaField, TextField } from '../../shared/form/fields';
import { Form, useForm } from '../../shared/form/form';
import { Box, SheetPage, StaffPage } from '../../shared/page';
import { Loaded, useResource } from '../../shared/resource';
import { Link } from '../../shared/router';
import { toast } from '../../shared/toasts';
import { StudioNav } from '../../staff/studio-nav';
import { changeProduct, fetchStudioProduct, type StudioProduct } from '../api';
import { problems } from '../say';
import { shopkeepingWords } from '../words';
import { PicturesBox } from './pictures-box';
import { SkusBox } from './skus-box';

export function StudioProductPage({ id }: { id: number }): JSX.Element {
  const words = shopkeepingWords.words.value.product;
  const product = useResource(() => fetchStudioProduct(id));
  const known = product.value.value;
  if (known === null && product.problem.value?.status === 404) {
    return (
      <SheetPage title={words.unknownTitle} lead={words.unknownText} testid="studio-product-unknown">
        <Link href="/studio/shop/products" class="button">
          {words.back}
        </Link>
      </SheetPage>
    );
  }
  const changed = (now: StudioProduct): void => void (product.value.value = now);
  const see = known && !known.hidden && (
    <Link href={`/products/${id}`} class="button button--quiet">
      {words.seeInShop}
    </Link>
  );
  return (
    <StaffPage title={known ? said(known.name) : t.value.products} nav={<StudioNav />} action={see} testid="studio-product">
      <Loaded from={product} rows={4}>
        {(value) => (
          <>
            <SkusBox product={value} onChanged={() => void product.load()} />
            <PicturesBox product={value} onChanged={changed} />
            {mayChange('manage_catalogue') && <Details product={value} onChanged={changed} />}
          </>
        )}
      </Loaded>
    </StaffPage>
  );
}

function Details({ product, onChanged }: { product: StudioProduct; onChanged(now: StudioProduct): void }): JSX.Element {
  const words = shopkeepingWords.words.value;
  const categories = useResource(() => fetchCategories(studioShop.peek()));
  const form = useForm({
    names: ['ko', 'en', 'description_ko', 'description_en', 'category', 'option_ko', 'option_en', 'visible'],
    check: (values) => ({
      ko: values.ko.trim() === '' ? words.bothMissing : undefined,
      en: values.en.trim() === '' ? words.bothMissing : undefined,
      description_ko: values.description_ko.trim() === '' ? words.bothMissing : undefined,
      description_en: values.description_en.trim() === '' ? words.bothMissing : undefined,
      option_ko: values.option_ko.trim() === '' && values.option_en.trim() !== '' ? words.bothMissing : undefined,
      option_en: values.option_en.trim() === '' && values.option_ko.trim() !== '' ? words.bothMissing : undefined,
    }),
    send: async (values) => {
      const outcome = await changeProduct(product.id, {
        name: { ko: values.ko.trim(), en: values.en.trim() },
        description: { ko: values.description_ko.trim(), en: values.description_en.trim() },
        category: values.category,
        option_name: values.option_ko.trim() === '' ? null : { ko: values.option_ko.trim(), en: values.option_en.trim() },
        hidden: values.visible === 'hidden',
      });
      if (!outcome.ok) return outcome.problem;
      onChanged(outcome.value);
      toast(words.saved);
      return null;
    },
    words: problems,
  });
  const { ko, en } = words.both;
  // The category of now is offered even where the list of categories could not be read.
  const known = categories.value.value ?? [];
  const options = known.some(({ id }) => id === product.category) ? known.map(({ id, name }) => ({ value: id, label: said(name) })) : [{ value: product.category, label: product.category }, ...known.map(({ id, name }) => ({ value: id, label: said(name) }))];
  return (
    <Box title={words.product.details} testid="product-details">
      <Form model={form} action={words.save} testid="details-form">
        <TextField name="ko" label={words.product.name(ko)} value={product.name.ko} maxLength={100} />
        <TextField name="en" label={words.product.name(en)} value={product.name.en} maxLength={100} />
        <TextAreaField name="description_ko" label={words.product.description(ko)} value={product.description.ko} maxLength={4000} />
        <TextAreaField name="description_en" label={words.product.description(en)} value={product.description.en} maxLength={4000} />
        <SelectField name="category" label={words.product.category} value={product.category} options={options} />
        <TextField name="option_ko" label={words.product.optionName(ko)} hint={words.product.optionNameHint} value={product.option_name?.ko ?? ''} maxLength={100} optional />
        <TextField name="option_en" label={words.product.optionName(en)} value={product.option_name?.en ?? ''} maxLength={100} optional />
        <SelectField
          name="visible"
          label={words.product.visible}
          value={product.hidden ? 'hidden' : 'shown'}
          options={(['shown', 'hidden'] as const).map((value) => ({ value, label: words.product.visibleOptions[value] }))}
        />
      </Form>
    </Box>
  );
}
