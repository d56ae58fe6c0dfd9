import { Creation, get, send, type Outcome } from '../call';
import { count, flag, list, oneOf, optional, optionalText, record, text, type Of } from '../read';
import { readAddress } from './address';
import { readBoth } from './text';

export const orderStates = [
  'PENDING_PAYMENT',
  'PAID',
  'PREPARING',
  'SHIPPED',
  'DELIVERED',
  'CANCELLED',
  'EXPIRED',
  'REFUND_PENDING',
  'PART_REFUNDED',
  'REFUNDED',
] as const;
const readOrderState = oneOf(...orderStates);
export type OrderState = ReturnType<typeof readOrderState>;
export const readStage = oneOf('ordered', 'preparing', 'shipped', 'delivered');
export type Stage = ReturnType<typeof readStage>;

// A state of a later server is "not known yet": never a failure that did not happen.
const readPaymentState = oneOf('UNKNOWN', 'CREATED', 'REQUIRES_ACTION', 'AUTHORIZED', 'CAPTURED', 'PART_REFUNDED', 'REFUNDED', 'FAILED', 'VOIDED');
export type PaymentState = ReturnType<typeof readPaymentState>;

const readLine = record({
  line: count,
  sku: count,
  deal: optional(count),
  name: readBoth,
  product: optional(count),
  picture: optionalText,
  quantity: count,
  unit_price: count,
  discount: count,
  total: count,
  tax_percent: count,
  tax: count,
  refunded_units: count,
});
export type OrderLine = Of<typeof readLine>;

export const orderShape = {
  id: count,
  sequence: count,
  shop: text,
  state: readOrderState,
  stage: readStage,
  currency: text,
  subtotal: count,
  discount: count,
  shipping: count,
  tax: count,
  total: count,
  refunded: count,
  coupon: optionalText,
  placed_at: text,
  pay_by: text,
  server_time: text,
  address: readAddress,
  lines: list(readLine),
  payment: record({ provider: text, state: readPaymentState, next: text }),
  history: list(record({ state: readOrderState, at: text, note: text })),
  can_cancel: flag,
};
export const readOrder = record(orderShape);
export type Order = Of<typeof readOrder>;

export const summaryShape = {
  id: count,
  shop: text,
  state: readOrderState,
  stage: readStage,
  currency: text,
  total: count,
  refunded: count,
  placed_at: text,
  pay_by: text,
  units: count,
  first_line: record({ name: readBoth, picture: optionalText }),
};
export const readSummary = record(summaryShape);
export type OrderSummary = Of<typeof readSummary>;

/** One press of "Order"; its key makes a retry harmless. */
export const newOrder = (shop: string): Creation<Order> => new Creation(`/api/v1/orders?${new URLSearchParams({ shop })}`, readOrder);
export const fetchOrder = (order: number): Promise<Outcome<Order>> => get(`/api/v1/orders/${order}`, readOrder);

/** What the payment provider's own script needs; it takes the buyer's card, which never comes here. */
export const readConfirmation = record({ provider: text, script: text, publishable_key: text, client_secret: text });
export type Confirmation = Of<typeof readConfirmation>;
export const fetchConfirmation = (order: number): Promise<Outcome<Confirmation>> => get(`/api/v1/orders/${order}/payment`, readConfirmation);

export const cancelOrder = (order: number): Promise<Outcome<Order>> => send('POST', `/api/v1/orders/${order}/cancel`, {}, readOrder);

const paidStates: readonly OrderState[] = ['PAID', 'PREPARING', 'SHIPPED', 'DELIVERED'];

/** What the buyer is told about the money of an order. */
export type PaymentPhase = 'paying' | 'waiting' | 'asking' | 'paid' | 'failed' | 'over' | 'returning' | 'returned';

export function paymentPhase({ state, payment }: Pick<Order, 'state' | 'payment'>): PaymentPhase {
  if (paidStates.includes(state) || state === 'PART_REFUNDED') return 'paid';
  if (state === 'REFUNDED') return 'returned';
  if (state === 'REFUND_PENDING') return 'returning';
  if (state === 'CANCELLED' || state === 'EXPIRED') return payment.state === 'FAILED' ? 'failed' : 'over';
  if (payment.state === 'UNKNOWN') return 'asking';
  if (payment.next === 'confirm') return 'paying';
  return payment.state === 'FAILED' && payment.next === 'none' ? 'failed' : 'waiting';
}

/** Whether the order should be read again in a second. */
export const unsettled = (order: Order): boolean => ['paying', 'waiting', 'asking', 'returning'].includes(paymentPhase(order)) && order.payment.next !== 'none';
