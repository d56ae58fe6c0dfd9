import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { t } from '../../i18n';
import { Failed } from '../../shared/resource';
import { AddressText } from '../../shared/shop/address-text';
import { buyingWords } from '../words';
import { AddressForm } from './address-form';
import { address, addressProblem, loadAddress } from './address-store';

/** Where the order goes: the saved address with a way to change it, or the form when there is none. */
export function AddressBox(): JSX.Element {
  const words = buyingWords.words.value;
  const changing = useSignal(false);
  useEffect(() => void loadAddress(), []);
  const known = address.value;
  if (known === undefined) {
    if (addressProblem.value) return <Failed problem={addressProblem.value} again={() => void loadAddress()} />;
    return <p aria-busy="true">{t.value.oneMoment}</p>;
  }
  if (known === null || changing.value) {
    return <AddressForm from={known} onSaved={() => (changing.value = false)} onCancel={known === null ? undefined : () => (changing.value = false)} />;
  }
  return (
    <div class="ship-to" data-testid="ship-to">
      <AddressText address={known} />
      <button type="button" class="button button--quiet" data-testid="change-address" onClick={() => (changing.value = true)}>
        {words.buy.change}
      </button>
    </div>
  );
}
