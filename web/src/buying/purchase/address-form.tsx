import type { JSX } from 'preact';
import { saveAddress, type Address } from '../../api/shop/address';
import { t } from '../../i18n';
import { TextField } from '../../shared/form/fields';
import { Form, useForm } from '../../shared/form/form';
import { InsecureNote } from '../../shared/insecure';
import { shopWords } from '../../shared/shop/words';
import { toast } from '../../shared/toasts';
import { buyingWords } from '../words';
import { address as saved } from './address-store';

const names = ['recipient', 'phone', 'postcode', 'line1', 'line2', 'note'] as const;
const textMax = 100;

interface AddressFormProps {
  from: Address | null;
  onSaved(): void;
  /** There is an address to go back to. */
  onCancel?: (() => void) | undefined;
}

/** The one saved address of the account, with the names that browsers fill in by themselves. */
export function AddressForm({ from, onSaved, onCancel }: AddressFormProps): JSX.Element {
  const words = buyingWords.words.value.address;
  const form = useForm({
    names,
    check: ({ recipient, phone, postcode, line1 }) => ({
      recipient: recipient.trim() === '' ? words.missing.recipient : undefined,
      phone: /^[\d +\-()]+$/.test(phone.trim()) ? undefined : words.missing.phone,
      postcode: postcode.trim() === '' ? words.missing.postcode : undefined,
      line1: line1.trim() === '' ? words.missing.line1 : undefined,
    }),
    send: async (values) => {
      const body = Object.fromEntries(names.map((name) => [name, values[name].trim()])) as Address;
      const outcome = await saveAddress(body);
      if (!outcome.ok) {
        const blamed = names.find((name) => outcome.problem.code === `invalid_${name}`);
        return { ...outcome.problem, field: outcome.problem.field ?? blamed ?? null };
      }
      saved.value = outcome.value;
      toast(words.saved);
      onSaved();
      return null;
    },
    words: () => ({ ...shopWords.words.value.problems, ...words.problems }),
  });
  const cancel = onCancel && (
    <button type="button" class="button button--quiet" onClick={onCancel}>
      {t.value.cancel}
    </button>
  );
  return (
    <>
      <InsecureNote />
      <Form model={form} action={words.save} aside={cancel} testid="address-form">
        <TextField name="recipient" label={words.recipient} value={from?.recipient ?? ''} autocomplete="name" maxLength={textMax} />
        <TextField name="phone" label={words.phone} hint={words.phoneHint} value={from?.phone ?? ''} autocomplete="tel" inputmode="tel" maxLength={textMax} verbatim />
        <TextField name="postcode" label={words.postcode} value={from?.postcode ?? ''} autocomplete="postal-code" maxLength={textMax} verbatim />
        <TextField name="line1" label={words.line1} value={from?.line1 ?? ''} autocomplete="address-line1" maxLength={textMax} />
        <TextField name="line2" label={words.line2} value={from?.line2 ?? ''} autocomplete="address-line2" maxLength={textMax} optional />
        <TextField name="note" label={words.note} value={from?.note ?? ''} maxLength={textMax} optional />
      </Form>
    </>
  );
}
