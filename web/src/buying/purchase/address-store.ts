import { signal } from '@preact/signals';
import type { Problem } from '../../api/problem';
import { fetchAddress, type Address } from '../../api/shop/address';
import { account } from '../../session/session';

/** The saved address: `undefined` until it is known, null when there is none. */
export const address = signal<Address | null | undefined>(undefined);
export const addressProblem = signal<Problem | null>(null);
let owner = '';

/** Reads the address of who is signed in, unless it is known already. */
export async function loadAddress(): Promise<void> {
  const who = account.peek()?.id ?? '';
  if (who === '' || (who === owner && address.peek() !== undefined)) return;
  if (who !== owner) address.value = undefined;
  owner = who;
  const outcome = await fetchAddress();
  if (who !== owner) return;
  addressProblem.value = outcome.ok ? null : outcome.problem;
  if (outcome.ok) address.value = outcome.value;
}
