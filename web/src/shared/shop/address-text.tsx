import type { JSX } from 'preact';
import type { Address } from '../../api/shop/address';

export function AddressText({ address: { recipient, phone, postcode, line1, line2, note } }: { address: Address }): JSX.Element {
  return (
    <address class="ship-to__text">
      <strong>{recipient}</strong>
      <span>{[postcode, line1, line2].filter((part) => part !== '').join(' ')}</span>
      <span>{phone}</span>
      {note !== '' && <span>{note}</span>}
    </address>
  );
}
