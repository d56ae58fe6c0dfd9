import { get, type Outcome } from '../call';
import { count, list, record, text, type Of } from '../read';
import { readBoth } from './text';

export const readShop = record({ id: text, name: readBoth });
/** One of the server's shops. */
export type Shop = Of<typeof readShop>;

export const readShops = (value: unknown): Shop[] => record({ shops: list(readShop) })(value).shops;
export const fetchShops = (): Promise<Outcome<Shop[]>> => get('/api/v1/shops', readShops);

const readCarts = record({ carts: list(record({ shop: text, lines: count, units: count })) });
/** The shops where one's cart holds something. */
export const fetchCarts = (): Promise<Outcome<Of<typeof readCarts>['carts']>> => get('/api/v1/carts', (value) => readCarts(value).carts);
