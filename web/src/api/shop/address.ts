import { call, get, remove, type Outcome } from '../call';
import { record, text, type Of } from '../read';

export const readAddress = record({ recipient: text, phone: text, postcode: text, line1: text, line2: text, note: text });
export type Address = Of<typeof readAddress>;

const path = '/api/v1/account/address';

/** The saved address of the account; null when there is none. */
export const fetchAddress = (): Promise<Outcome<Address | null>> => get(path, (answer) => (answer === null ? null : readAddress(answer)));

export const saveAddress = (address: Address): Promise<Outcome<Address>> => call('PUT', path, { read: readAddress, body: address });
export const deleteAddress = (): Promise<Outcome<null>> => remove(path);
