import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { said } from '../../api/shop/text';
import { Dialog } from '../../shared/dialog';
import { SelectField, TextField } from '../../shared/form/fields';
import { Form, useForm } from '../../shared/form/form';
import { toast } from '../../shared/toasts';
import { newRefund, type ShopOrder } from '../api';
import { problems, wholeNumber } from '../say';
import { shopkeepingWords } from '../words';

interface RefundDialogProps {
  order: ShopOrder;
  onClose(): void;
  onDone(now: ShopOrder): void;
}

/** Gives money back: all that is left, or some units of some lines. One key until its fate is known. */
export function RefundDialog({ order, onClose, onDone }: RefundDialogProps): JSX.Element {
  const words = shopkeepingWords.words.value;
  const [refund] = useState(() => newRefund(order.id));
  const what = useSignal<'all' | 'some'>('all');
  const open = order.lines.map((line) => ({ ...line, left: line.quantity - line.refunded_units })).filter(({ left }) => left > 0);
  const form = useForm({
    names: ['what', ...open.map(({ line }) => `line-${line}`)],
    check: (values) => {
      if (values.what !== 'some') return {};
      const wrong = Object.fromEntries(
        open.map(({ line, left }) => {
          const units = wholeNumber(values[`line-${line}`] ?? '');
          return [`line-${line}`, units === null ? words.numberWrong : units > left ? words.orders.refundTooMany : undefined];
        }),
      );
      const first = open[0];
      const none = open.every(({ line }) => wholeNumber(values[`line-${line}`] ?? '') === 0);
      return none && first ? { [`line-${first.line}`]: words.orders.refundNothing } : wrong;
    },
    send: async (values) => {
      const lines = open.map(({ line }) => ({ line, units: wholeNumber(values[`line-${line}`] ?? '') ?? 0 })).filter(({ units }) => units > 0);
      const outcome = await refund.send(values.what === 'some' ? { lines } : {});
      if (!outcome.ok) return outcome.problem;
      toast(words.orders.refunded);
      onDone(outcome.value);
      onClose();
      return null;
    },
    words: problems,
  });
  return (
    <Dialog title={words.orders.refundTitle} onClose={onClose} testid="refund-dialog">
      <p class="dialog__text">{words.orders.refundText}</p>
      <Form model={form} action={words.orders.refundAction} danger testid="refund-form">
        <SelectField
          name="what"
          label={words.orders.refundWhat}
          value={what.value}
          options={[
            { value: 'all', label: words.orders.refundAll },
            { value: 'some', label: words.orders.refundSome },
          ]}
          onValue={(value) => (what.value = value === 'some' ? 'some' : 'all')}
        />
        {what.value === 'some' &&
          open.map(({ line, name, left }) => <TextField key={line} name={`line-${line}`} label={words.orders.refundUnits(said(name), left)} value="0" inputmode="numeric" maxLength={3} />)}
      </Form>
    </Dialog>
  );
}
