import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Creation, get, send } from '../api/call';
import { readShop, readShops, type Shop } from '../api/shop/shops';
import { mayChange, refreshSession } from '../session/session';
import { Dialog } from '../shared/dialog';
import { TextField } from '../shared/form/fields';
import { Form, useForm } from '../shared/form/form';
import { Box, StaffPage } from '../shared/page';
import { Loaded, useResource } from '../shared/resource';
import { toast } from '../shared/toasts';
import { OperationsNav } from './operations-nav';
import { operationsWords } from './words';

const path = '/api/v1/operations/shops';
const idRule = /^[a-z0-9][a-z0-9-]{0,39}$/;
const nameMax = 40;

/** Which shops there are; an administrator makes and names them. */
export function ShopsPage(): JSX.Element {
  const words = operationsWords.words.value.shops;
  const shops = useResource(() => get(path, readShops));
  const may = mayChange('manage_shops');
  const renaming = useSignal<Shop | null>(null);
  // The studio's own list of shops comes with the session.
  const changed = (): void => {
    void shops.load();
    void refreshSession();
  };
  return (
    <StaffPage title={words.title} lead={words.lead} nav={<OperationsNav />} testid="shops">
      {may && <NewShop onMade={changed} />}
      <Box title={words.list}>
        <Loaded from={shops}>
          {(known) => (
            <>
              {known.length === 1 && <p class="box__text">{words.one}</p>}
              <ShopTable shops={known} onRename={may ? (shop) => (renaming.value = shop) : null} />
            </>
          )}
        </Loaded>
      </Box>
      {renaming.value && <RenameDialog key={renaming.value.id} shop={renaming.value} onClose={() => (renaming.value = null)} onRenamed={changed} />}
    </StaffPage>
  );
}

function ShopTable({ shops, onRename }: { shops: Shop[]; onRename: ((shop: Shop) => void) | null }): JSX.Element {
  const words = operationsWords.words.value.shops;
  return (
    <table class="table">
      <thead>
        <tr>
          <th scope="col">{words.id}</th>
          <th scope="col">{words.ko}</th>
          <th scope="col">{words.en}</th>
          {onRename && (
            <th scope="col" class="table__actions">
              <span class="visually-hidden">{words.rename}</span>
            </th>
          )}
        </tr>
      </thead>
      <tbody>
        {shops.map((shop) => (
          <tr key={shop.id} data-testid="shop-row" data-shop={shop.id}>
            <td>
              <code>{shop.id}</code>
            </td>
            <td data-label={words.ko} lang="ko">
              {shop.name.ko}
            </td>
            <td data-label={words.en} lang="en">
              {shop.name.en}
            </td>
            {onRename && (
              <td class="table__actions">
                <button type="button" class="button button--quiet" data-testid="rename-shop" aria-label={words.renameOne(shop.id)} onClick={() => onRename(shop)}>
                  {words.rename}
                </button>
              </td>
            )}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

const nameErrors = ({ ko, en }: { ko: string; en: string }): { ko: string | undefined; en: string | undefined } => {
  const { nameMissing } = operationsWords.words.value.shops;
  return { ko: ko.trim() === '' ? nameMissing : undefined, en: en.trim() === '' ? nameMissing : undefined };
};
const nameOf = ({ ko, en }: { ko: string; en: string }): Shop['name'] => ({ ko: ko.trim(), en: en.trim() });

function NewShop({ onMade }: { onMade(): void }): JSX.Element {
  const words = operationsWords.words.value.shops;
  const [creation] = useState(() => new Creation(path, readShop));
  const form = useForm({
    names: ['id', 'ko', 'en'],
    check: (values) => ({ id: idRule.test(values.id.trim()) ? undefined : words.idRule, ...nameErrors(values) }),
    send: async (values) => {
      const outcome = await creation.send({ id: values.id.trim(), name: nameOf(values) });
      if (!outcome.ok) return outcome.problem;
      toast(words.made(outcome.value.id));
      onMade();
      return null;
    },
    words: () => words.problems,
  });
  return (
    <Box title={words.newTitle} text={words.newText} testid="new-shop">
      <Form model={form} action={words.create} testid="shop-form" resets>
        <TextField name="id" label={words.id} hint={words.idHint} maxLength={nameMax} verbatim />
        <TextField name="ko" label={words.ko} maxLength={nameMax} />
        <TextField name="en" label={words.en} maxLength={nameMax} />
      </Form>
    </Box>
  );
}

function RenameDialog({ shop, onClose, onRenamed }: { shop: Shop; onClose(): void; onRenamed(): void }): JSX.Element {
  const words = operationsWords.words.value.shops;
  const form = useForm({
    names: ['ko', 'en'],
    check: nameErrors,
    send: async (values) => {
      const outcome = await send('PATCH', `${path}/${encodeURIComponent(shop.id)}`, { name: nameOf(values) }, readShop);
      if (!outcome.ok) return outcome.problem;
      toast(words.renamed(shop.id));
      onRenamed();
      onClose();
      return null;
    },
    words: () => words.problems,
  });
  return (
    <Dialog title={words.renameOne(shop.id)} onClose={onClose} testid="rename-dialog">
      <Form model={form} action={words.save} testid="rename-form">
        <TextField name="ko" label={words.ko} value={shop.name.ko} maxLength={nameMax} autofocus />
        <TextField name="en" label={words.en} value={shop.name.en} maxLength={nameMax} />
      </Form>
    </Dialog>
  );
}
