/** Once through everything that a shop answers, for the test that holds answers against the document. */
import assert from 'node:assert/strict';
import { ADDRESS, keyed, png, until_order } from './shop.mjs';

/** @param {import('./shop.mjs').Shop} shop @param {import('./client.mjs').Client} me somebody who buys */
export async function tour(shop, me) {
  const { host, base } = shop;
  const fine = async (asked, status = 200) => {
    const answer = await asked;
    assert.equal(answer.status, status, JSON.stringify(answer.body));
    return answer.body;
  };
  const picture = await fine(host.post(`${base}/pictures`, png(20, 20, [250, 120, 140, 255]), { ...keyed(), 'content-type': 'image/png' }), 201);
  const option_name = { ko: '색상', en: 'Shade' };
  const product = await shop.product({ option_name, skus: [{ option: { ko: '로즈', en: 'Rose' }, price: 20_000, stock: 20 }], pictures: [picture.id] });
  const [{ sku }] = product.skus;
  await fine(host.post(`${base}/products/${product.id}/skus`, { option: { ko: '체리', en: 'Cherry' }, price: 21_000 }, keyed()), 201);
  await fine(host.get(`${base}/products`));
  await fine(host.get(`${base}/products/${product.id}`));
  await fine(host.patch(`${base}/products/${product.id}`, { hidden: false }));
  await fine(host.patch(`${base}/skus/${sku}`, { per_order_max: 5 }));
  await fine(host.post(`${base}/skus/${sku}/stock`, { units: 5, reason: 'received' }, keyed()), 201);
  await fine(host.get(`${base}/skus/${sku}/stock`));
  const deal = await shop.deal(sku, { start: false });
  await fine(host.post(`${base}/deals/${deal.id}/start`));
  await fine(host.get(`${base}/deals`));
  await shop.coupon('TOUR', { percent_off: 10, minimum: 1_000 });
  await fine(host.get(`${base}/coupons`));

  await fine(me.get('/api/v1/categories'));
  await fine(me.get('/api/v1/products?sort=price_asc&category=lips'));
  await fine(me.get(`/api/v1/products/${product.id}`));
  await fine(me.get(`/api/v1/pictures/${picture.id}/160.jpg`));
  await shop.until_shown(sku, { deal: deal.id });
  await fine(me.get(`${base}/stock`));
  await fine(me.put('/api/v1/account/address', ADDRESS));
  await fine(me.get('/api/v1/account/address'));

  await fine(me.post('/api/v1/cart/lines', { sku, quantity: 1 }));
  await fine(me.put(`/api/v1/cart/lines/${sku}`, { quantity: 2 }));
  await fine(me.put('/api/v1/cart/coupon', { code: 'TOUR' }));
  const cart = await fine(me.get('/api/v1/cart'));
  const order = await fine(me.post('/api/v1/orders', { cart_version: cart.version }, keyed()), 201);
  await fine(me.get('/api/v1/orders'));
  await until_order(me, order.id, 'PAID');
  await fine(me.get(`/api/v1/orders/${order.id}/payment`), 409);
  await fine(me.post('/api/v1/webhooks/stripe', {}), 404);
  await fine(me.post('/api/v1/cart/lines', { sku }));
  await fine(me.del(`/api/v1/cart/lines/${sku}`));
  await fine(me.del('/api/v1/cart'), 204);

  const hold = await fine(me.post('/api/v1/holds', { sku }, keyed()), 201);
  await fine(me.get('/api/v1/holds'));
  await fine(me.del(`/api/v1/holds/${hold.id}`), 204);
  await fine(host.post(`${base}/deals/${deal.id}/end`));

  await fine(host.get(`${base}/orders`));
  await fine(host.get(`${base}/orders/${order.id}`));
  await fine(host.post(`${base}/orders/${order.id}/refunds`, { lines: [{ line: 0, units: 1 }] }, keyed()), 201);
  await until_order(me, order.id, 'PART_REFUNDED');
  await fine(host.post(`${base}/orders/${order.id}/stage`, { to: 'preparing' }));
  await fine(me.post(`/api/v1/orders/${order.id}/cancel`));
  const another = await fine(me.post('/api/v1/orders', { lines: [{ sku }] }, keyed()), 201);
  await fine(host.post(`${base}/orders/${another.id}/cancel`));
  await fine(host.get(`${base}/sales?by=day`));
  await fine(me.del('/api/v1/account/address'), 204);
}
