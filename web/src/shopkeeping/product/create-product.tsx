import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Category } from '../../api/shop/catalogue';
import { said } from '../../api/shop/text';
import { parseMoney } from '../../i18n/money';
import { Dialog } from '../../shared/dialog';
import { SelectField, TextAreaField, TextField } from '../../shared/form/fields';
import { Form, useForm } from '../../shared/form/form';
import { navigate } from '../../shared/router';
import { newProduct } from '../api';
import { amountError, numberError, problems, wholeNumber } from '../say';
import { useCurrency } from '../use-currency';
import { shopkeepingWords } from '../words';

interface CreateProductProps {
  categories: Category[];
  onClose(): void;
}

/** The least a product needs; pictures and options follow on its page. */
export function CreateProduct({ categories, onClose }: CreateProductProps): JSX.Element {
  const words = shopkeepingWords.words.value;
  const [creation] = useState(newProduct);
  const currency = useCurrency();
  const form = useForm({
    names: ['ko', 'en', 'description_ko', 'description_en', 'category', 'price', 'stock'],
    check: ({ ko, en, description_ko, description_en, category, price, stock }) => ({
      ko: ko.trim() === '' ? words.bothMissing : undefined,
      en: en.trim() === '' ? words.bothMissing : undefined,
      description_ko: description_ko.trim() === '' ? words.bothMissing : undefined,
      description_en: description_en.trim() === '' ? words.bothMissing : undefined,
      category: category === '' ? words.products.noCategory : undefined,
      price: amountError(price, currency),
      stock: numberError(stock),
    }),
    send: async ({ ko, en, description_ko, description_en, category, price, stock }) => {
      const outcome = await creation.send({
        name: { ko: ko.trim(), en: en.trim() },
        description: { ko: description_ko.trim(), en: description_en.trim() },
        category,
        skus: [{ price: parseMoney(price, currency), stock: wholeNumber(stock) }],
      });
      if (!outcome.ok) return outcome.problem;
      onClose();
      navigate(`/studio/shop/products/${outcome.value.id}`);
      return null;
    },
    words: problems,
  });
  return (
    <Dialog title={words.product.createDialog} onClose={onClose} testid="product-dialog">
      <Form model={form} action={words.product.create} testid="product-form">
        <TextField name="ko" label={words.product.name(words.both.ko)} maxLength={100} autofocus />
        <TextField name="en" label={words.product.name(words.both.en)} maxLength={100} />
        <TextAreaField name="description_ko" label={words.product.description(words.both.ko)} rows={3} maxLength={4000} />
        <TextAreaField name="description_en" label={words.product.description(words.both.en)} rows={3} maxLength={4000} />
        <SelectField name="category" label={words.product.category} options={categories.map(({ id, name }) => ({ value: id, label: said(name) }))} />
        <TextField name="price" label={words.product.price} inputmode="decimal" maxLength={16} />
        <TextField name="stock" label={words.product.stock} hint={words.product.stockHint} inputmode="numeric" maxLength={9} value="0" />
      </Form>
    </Dialog>
  );
}
