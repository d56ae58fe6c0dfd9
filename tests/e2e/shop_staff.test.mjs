/** What the people of a shop do over HTTP, and what they cannot: pictures, search, sales, other shops' objects. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from '../lib/limited.mjs';
import { Client } from './lib/client.mjs';
import { run } from './lib/ffmpeg.mjs';
import { Contract } from './lib/openapi.mjs';
import { Shop, buyer, keyed, png, until_order } from './lib/shop.mjs';
import { Shopcast } from './lib/shopcast.mjs';
import { create_account } from './lib/visitors.mjs';

/** @type {Shopcast} */
let server;
/** @type {Shop} */
let shop;
let contract;
const stranger = () => new Client(server.origin, { contract });
before(async () => {
  server = await Shopcast.start('shop-staff', { settings: '[shop]\nfake_payment_ms = 0\n' });
  contract = new Contract(await server.json('/api/v1/openapi.json'));
  await create_account(server, 'host1', ['host']);
  const host = stranger();
  await host.sign_in('host1');
  shop = new Shop(host);
});
after(() => server?.clear());

const upload = (bytes, type = 'image/png', client = shop.host) =>
  client.post(`${shop.base}/pictures`, bytes, { ...keyed(), 'content-type': type });

describe('pictures', () => {
  test('are drawn anew in three widths, never larger, and never change', async () => {
    const made = await upload(png(600, 300, [200, 40, 60, 255]));
    assert.deepEqual([made.status, made.body.width, made.body.height], [201, 600, 300]);
    const again = await upload(png(600, 300, [200, 40, 60, 255]));
    assert.equal(again.body.id, made.body.id, 'the same bytes are the same picture');
    for (const [width, expected] of [[160, '160,80'], [480, '480,240'], [960, '600,300']]) {
      const url = server.url(`/api/v1/pictures/${made.body.id}/${width}.jpg`);
      const answer = await fetch(url);
      assert.equal(answer.headers.get('content-type'), 'image/jpeg');
      assert.match(answer.headers.get('cache-control'), /immutable/);
      const bytes = Buffer.from(await answer.arrayBuffer());
      assert.deepEqual([...bytes.subarray(0, 3)], [0xff, 0xd8, 0xff]);
      const probed = await run('ffprobe', ['-v', 'error', '-select_streams', 'v', '-show_entries', 'stream=width,height', '-of', 'csv=p=0', url]);
      assert.equal(probed.stdout.trim(), expected);
      assert.equal((await fetch(url, { headers: { 'if-none-match': answer.headers.get('etag') } })).status, 304);
    }
    assert.equal((await fetch(server.url(`/api/v1/pictures/${made.body.id}/161.jpg`))).status, 404);
    assert.equal((await fetch(server.url('/api/v1/pictures/../../shopcast.db/160.jpg'))).status, 404);
    const { body: product } = await shop.host.post(`${shop.base}/products`, { ...await bare(), pictures: [made.body.id] }, keyed());
    assert.equal(product.pictures[0].url, `/api/v1/pictures/${made.body.id}/480.jpg`);
    const missing = await shop.host.patch(`${shop.base}/products/${product.id}`, { pictures: ['nothing'] });
    assert.deepEqual([missing.status, missing.body.field], [400, 'pictures']);
  });

  test('what is none is refused, whatever it calls itself', async () => {
    const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>');
    assert.equal((await upload(svg, 'image/svg+xml')).body.code, 'not_a_picture');
    assert.equal((await upload(svg, 'image/png')).body.code, 'not_a_picture');
    assert.equal((await upload(png(8, 8, [0, 0, 0, 255]).subarray(0, 40))).body.code, 'not_a_picture');
    // A header that promises 60,000 x 60,000 pixels.
    const bomb = png(8, 8, [0, 0, 0, 255]);
    bomb.writeUInt32BE(60_000, 16);
    bomb.writeUInt32BE(60_000, 20);
    assert.ok([413, 415].includes((await upload(bomb)).status));
  });
});

const bare = async () => {
  await shop.ok(shop.host.put(`${shop.base}/categories/lips`, { name: { ko: '립', en: 'Lips' } }));
  return { name: { ko: '수분 크림', en: 'Moisture cream' }, description: { ko: '-', en: '-' }, category: 'lips' };
};

describe('products', () => {
  test('Korean is found by one syllable, by two, and while it is typed', async () => {
    await shop.product({ ko: '복숭아 토너', en: 'Peach toner', category: 'toner' });
    const found = async (q) => (await stranger().get(`/api/v1/products?category=toner&q=${encodeURIComponent(q)}`)).body.products.length;
    for (const [words, count] of [['토너', 1], ['너', 1], ['복수', 1], ['ㅌ', 1], ['복숭아 toner', 1], ['크림', 0], ['%', 0]]) {
      assert.equal(await found(words), count, words);
    }
  });

  test('are renamed with their skus, and not over somebody else\'s change', async () => {
    const made = await shop.product({ skus: [{ option: { ko: '로즈', en: 'Rose' }, price: 9_000, stock: 2 }], option_name: { ko: '색상', en: 'Shade' } });
    const path = `${shop.base}/products/${made.id}`;
    const { headers } = await shop.host.get(path);
    const renamed = await shop.host.patch(path, { name: { ko: '새 이름', en: 'New name' } }, { 'if-match': headers.etag });
    assert.equal(renamed.body.name.en, 'New name');
    assert.equal((await shop.host.patch(path, { hidden: true }, { 'if-match': headers.etag })).status, 412);
    const me = await buyer(stranger(), 'renamer');
    const { body: order } = await me.post('/api/v1/orders', { lines: [{ sku: made.skus[0].sku, quantity: 1 }] }, keyed());
    assert.deepEqual(order.lines[0].name, { ko: '새 이름 / 로즈', en: 'New name / Rose' });
    await shop.ok(shop.host.patch(path, { hidden: true }));
    assert.equal((await stranger().get(`/api/v1/products/${made.id}`)).status, 404);
    assert.equal((await shop.host.post(`${shop.base}/products`, { name: { ko: 'x' } }, keyed())).body.field, 'name');
  });

  test('stock is a log, and what is held or sold cannot be corrected away', async () => {
    const sku = await shop.sku({ stock: 4 });
    await shop.deal(sku, { quantity: 3 });
    const refused = await shop.host.post(`${shop.base}/skus/${sku}/stock`, { units: -2, reason: 'corrected' }, keyed());
    assert.deepEqual([refused.status, refused.body.code], [409, 'sold_out']);
    const { body } = await shop.host.get(`${shop.base}/skus/${sku}/stock`);
    assert.deepEqual(body.moves.map(({ reason, on_hand }) => [reason, on_hand]), [['SET_ASIDE', -3], ['RECEIVED', 4]]);
    assert.equal((await shop.host.post(`${shop.base}/skus/${sku}/stock`, { units: -1, reason: 'received' }, keyed())).body.field, 'units');
  });
});

describe('deals, coupons, orders, sales', () => {
  test('each has its list, and each wrong field its name', async () => {
    const sku = await shop.sku({ stock: 5 });
    const later = await shop.deal(sku, { start: false });
    assert.equal(later.state, 'scheduled');
    const ends_at = new Date(Date.now() + 60_000).toISOString();
    for (const [body, field] of [[{ sku, price: 1, quantity: 0, ends_at }, 'quantity'], [{ sku, quantity: 1, ends_at }, 'price'], [{ sku, price: 1, quantity: 1 }, 'ends_at'], [{ sku, price: 1, quantity: 1, ends_at: 'soon' }, 'ends_at']]) {
      assert.equal((await shop.host.post(`${shop.base}/deals`, body, keyed())).body.field, field);
    }
    assert.equal((await shop.host.get(`${shop.base}/deals?limit=1`)).body.deals[0].id, later.id);
    await shop.coupon('FIVE', { minor_off: 500 });
    assert.equal((await shop.host.post(`${shop.base}/coupons`, { code: 'FIVE', minor_off: 1, quota: 1, ends_at }, keyed())).body.code, 'code_taken');
    assert.equal((await shop.host.get(`${shop.base}/coupons`)).body.coupons[0].code, 'FIVE');
  });

  test('what was sold adds up by the hour, and who did what is in the audit log', async () => {
    const before_it = (await shop.host.get(`${shop.base}/sales`)).body.total;
    const me = await buyer(stranger(), 'spender');
    const sku = await shop.sku({ stock: 9, price: 40_000 });
    const { body: order } = await me.post('/api/v1/orders', { lines: [{ sku, quantity: 2 }] }, keyed());
    await until_order(me, order.id, 'PAID');
    await shop.ok(shop.host.post(`${shop.base}/orders/${order.id}/refunds`, { lines: [{ line: 0, units: 1 }] }, keyed()));
    await until_order(me, order.id, 'PART_REFUNDED');
    const { body: sales } = await shop.host.get(`${shop.base}/sales?by=hour`);
    assert.equal(sales.total.gross - before_it.gross, 80_000);
    assert.equal(sales.total.refunded - before_it.refunded, 40_000);
    assert.equal(sales.rows.reduce((sum, { units }) => sum + units, 0), sales.total.units);
    assert.ok(sales.top.some((each) => each.sku === sku && each.units === 2));
    const paid = (await shop.host.get(`${shop.base}/orders?state=PART_REFUNDED`)).body.orders;
    assert.deepEqual(paid.map(({ id, buyer: by }) => [id, by.login]), [[order.id, 'spender']]);
    const { body: audit } = await shop.host.get('/api/v1/audit?action=order.refund');
    assert.equal(audit.entries[0].target, `order/${order.id}`);
  });
});

// "all objects of a shop where it has the role": told as if it did not exist, whatever it is.
describe('another shop\'s objects', () => {
  test('are not there', async () => {
    const made = await shop.product({ stock: 3 });
    const [{ sku }] = made.skus;
    const deal = await shop.deal(sku, { quantity: 1 });
    const me = await buyer(stranger(), 'elsewhere');
    const { body: order } = await me.post('/api/v1/orders', { lines: [{ sku, quantity: 1 }] }, keyed());
    await create_account(server, 'admin1', ['admin']);
    const admin = stranger();
    await admin.sign_in('admin1');
    assert.equal((await admin.post('/api/v1/operations/shops', { id: 'other', name: { ko: '딴 곳', en: 'Another' } }, keyed())).status, 201);
    // An admin may act in every shop; under another shop's name the objects of this one are unknown.
    const other = '/api/v1/shops/other';
    assert.equal((await admin.get(`${other}/products`)).status, 200);
    for (const [method, path, body] of [
      ['get', `/products/${made.id}`], ['patch', `/products/${made.id}`, { hidden: true }], ['post', `/products/${made.id}/skus`, { price: 1 }],
      ['patch', `/skus/${sku}`, { price: 1 }], ['get', `/skus/${sku}/stock`], ['post', `/skus/${sku}/stock`, { units: 1, reason: 'received' }],
      ['post', `/deals/${deal.id}/end`], ['post', `/deals/${deal.id}/start`], ['post', '/deals', { sku, price: 1, quantity: 1, ends_at: '2099-01-01T00:00:00Z' }],
      ['get', `/orders/${order.id}`], ['post', `/orders/${order.id}/cancel`], ['post', `/orders/${order.id}/refunds`, {}], ['post', `/orders/${order.id}/stage`, { to: 'shipped' }],
    ]) {
      const answer = await admin.send(method.toUpperCase(), other + path, body);
      assert.equal(answer.status, 404, `${method} ${path}: ${JSON.stringify(answer.body)}`);
      assert.equal((await shop.host.send(method.toUpperCase(), other + path, body)).status, 404, `${method} ${path} by its host`);
    }
    for (const path of [`/api/v1/orders/${order.id}`]) {
      const thief = await buyer(stranger(), 'thief');
      assert.equal((await thief.get(path)).status, 404);
      assert.equal((await thief.post(`${path}/cancel`)).status, 404);
    }
  });
});
