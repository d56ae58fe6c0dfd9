import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { said } from '../../api/shop/text';
import { formatCount } from '../../i18n';
import { formatMoney, moneyInput, parseMoney } from '../../i18n/money';
import { mayChange } from '../../session/session';
import { Dialog } from '../../shared/dialog';
import { SelectField, TextField } from '../../shared/form/fields';
import { Form, useForm } from '../../shared/form/form';
import { Box } from '../../shared/page';
import { toast } from '../../shared/toasts';
import { changeSku, newSku, type StudioProduct, type StudioSku } from '../api';
import { amountError, numberError, problems, wholeNumber } from '../say';
import { shopkeepingWords } from '../words';
import { StockDialog } from './stock-dialog';

interface SkusBoxProps {
  product: StudioProduct;
  onChanged(): void;
}

const nameOf = ({ option }: StudioSku): string => (option ? said(option) : shopkeepingWords.words.value.skus.only);

/** The options of a product: what each costs, and how many there are. */
export function SkusBox({ product, onChanged }: SkusBoxProps): JSX.Element {
  const words = shopkeepingWords.words.value;
  const may = mayChange('manage_catalogue');
  const open = useSignal<{ what: 'add' } | { what: 'edit' | 'stock'; sku: StudioSku } | null>(null);
  const close = (): void => void (open.value = null);
  const now = open.value;
  return (
    <Box
      title={words.skus.title}
      text={words.skus.text}
      testid="skus"
      action={
        may && (
          <button type="button" class="button button--plain" data-testid="add-sku" onClick={() => (open.value = { what: 'add' })}>
            {words.skus.add}
          </button>
        )
      }
    >
      <table class="table">
        <thead>
          <tr>
            <th scope="col">{words.skus.option}</th>
            <th scope="col" class="table__number">
              {words.products.price}
            </th>
            {(['onHand', 'available', 'held', 'sold'] as const).map((column) => (
              <th key={column} scope="col" class="table__number">
                {words.stock[column]}
              </th>
            ))}
            <th scope="col" class="table__actions">
              <span class="visually-hidden">{words.skus.edit}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {product.skus.map((sku) => (
            <tr key={sku.sku} data-testid="sku" data-sku={sku.sku}>
              <td>
                <span>
                  <span class="table__main">{nameOf(sku)}</span>
                  {!sku.on_sale && <span class="tag tag--bad">{words.skus.withdrawn}</span>}
                </span>
              </td>
              <td class="table__number" data-label={words.products.price}>
                {formatMoney(sku.price, sku.currency)}
              </td>
              {(['on_hand', 'available', 'held', 'sold'] as const).map((column) => (
                <td key={column} class="table__number" data-label={words.stock[column === 'on_hand' ? 'onHand' : column]} data-testid={column}>
                  {formatCount(sku[column])}
                </td>
              ))}
              <td class="table__actions">
                <button type="button" class="button button--quiet" data-testid="sku-stock" aria-label={words.skus.stockOne(nameOf(sku))} onClick={() => (open.value = { what: 'stock', sku })}>
                  {words.skus.stock}
                </button>
                {may && (
                  <button type="button" class="button button--quiet" data-testid="sku-edit" aria-label={words.skus.editOne(nameOf(sku))} onClick={() => (open.value = { what: 'edit', sku })}>
                    {words.skus.edit}
                  </button>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {now?.what === 'add' && <SkuDialog product={product} sku={null} onClose={close} onSaved={onChanged} />}
      {now?.what === 'edit' && <SkuDialog product={product} sku={now.sku} onClose={close} onSaved={onChanged} />}
      {now?.what === 'stock' && <StockDialog sku={now.sku} name={nameOf(now.sku)} onClose={close} onChanged={onChanged} />}
    </Box>
  );
}

interface SkuDialogProps {
  product: StudioProduct;
  /** null makes a new one. */
  sku: StudioSku | null;
  onClose(): void;
  onSaved(): void;
}

function SkuDialog({ product, sku, onClose, onSaved }: SkuDialogProps): JSX.Element {
  const words = shopkeepingWords.words.value;
  const [creation] = useState(() => newSku(product.id));
  const { currency } = product;
  const form = useForm({
    names: ['ko', 'en', 'price', 'tax_percent', 'per_order_max', 'stock', 'on_sale'],
    check: (values) => ({
      ko: values.ko.trim() === '' && values.en.trim() !== '' ? words.bothMissing : undefined,
      en: values.en.trim() === '' && values.ko.trim() !== '' ? words.bothMissing : undefined,
      price: amountError(values.price, currency),
      tax_percent: numberError(values.tax_percent),
      per_order_max: numberError(values.per_order_max),
      stock: sku ? undefined : numberError(values.stock),
    }),
    send: async (values) => {
      const option = values.ko.trim() === '' ? null : { ko: values.ko.trim(), en: values.en.trim() };
      const body = {
        ...((option !== null || sku?.option) && { option }),
        price: parseMoney(values.price, currency),
        tax_percent: wholeNumber(values.tax_percent),
        per_order_max: wholeNumber(values.per_order_max),
      };
      const outcome = sku ? await changeSku(sku.sku, { ...body, on_sale: values.on_sale === 'yes' }) : await creation.send({ ...body, stock: wholeNumber(values.stock) });
      if (!outcome.ok) return outcome.problem;
      toast(words.saved);
      onSaved();
      onClose();
      return null;
    },
    words: problems,
  });
  return (
    <Dialog title={sku ? words.skus.editTitle(nameOf(sku)) : words.skus.addTitle} onClose={onClose} testid="sku-dialog">
      <Form model={form} action={words.save} testid="sku-form">
        <TextField name="ko" label={words.skus.optionText(words.both.ko)} value={sku?.option?.ko ?? ''} maxLength={100} optional />
        <TextField name="en" label={words.skus.optionText(words.both.en)} value={sku?.option?.en ?? ''} maxLength={100} optional />
        <TextField name="price" label={words.product.price} value={sku ? moneyInput(sku.price, currency) : ''} inputmode="decimal" maxLength={16} />
        <TextField name="tax_percent" label={words.skus.taxPercent} value={String(sku?.tax_percent ?? 10)} inputmode="numeric" maxLength={3} />
        <TextField name="per_order_max" label={words.skus.perOrder} hint={words.skus.perOrderHint} value={String(sku?.per_order_max ?? 0)} inputmode="numeric" maxLength={4} />
        {sku ? (
          <SelectField name="on_sale" label={words.skus.onSale} value={sku.on_sale ? 'yes' : 'no'} options={(['yes', 'no'] as const).map((value) => ({ value, label: words.skus.onSaleOptions[value] }))} />
        ) : (
          <TextField name="stock" label={words.product.stock} hint={words.product.stockHint} value="0" inputmode="numeric" maxLength={9} />
        )}
      </Form>
    </Dialog>
  );
}
