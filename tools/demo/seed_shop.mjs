// seed_shop.mjs ORIGIN PICTURES PASSWORD: fills the demo's shop over its own API, as host1 would:
// categories, products with pictures and stock, two deals and a coupon; and user1's address.
import { readFileSync } from 'node:fs';
import http from 'node:http';
import { join } from 'node:path';
import { catalogue, categories } from './catalogue.mjs';

const [origin, pictures, password] = process.argv.slice(2);
const shop = '/api/v1/shops/main';

class Person {
  cookie = '';

  /** One request on a kept connection; throws what was refused. */
  send(method, path, body) {
    const is_picture = Buffer.isBuffer(body);
    const payload = body === undefined ? '' : is_picture ? body : JSON.stringify(body);
    const headers = {
      origin, cookie: this.cookie, 'content-length': Buffer.byteLength(payload),
      'content-type': is_picture ? 'image/png' : 'application/json',
    };
    if (payload === '') delete headers['content-type'];
    return new Promise((resolve, reject) => {
      const request = http.request(new URL(path, origin), { method, headers, agent: Person.agent }, (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (piece) => { text += piece; });
        response.on('end', () => {
          const [set] = response.headers['set-cookie'] ?? [];
          if (set) [this.cookie] = set.split(';');
          if (response.statusCode < 300) resolve(text === '' ? null : JSON.parse(text));
          else reject(new Error(`${method} ${path}: ${response.statusCode} ${text}`));
        });
      });
      request.on('error', reject);
      request.end(payload);
    });
  }

  static agent = new http.Agent({ keepAlive: true, maxSockets: 4 });

  static async sign_in(login) {
    const person = new Person();
    await person.send('POST', '/api/v1/session', { login, password });
    return person;
  }
}

const from_now = (minutes) => new Date(Date.now() + minutes * 60_000).toISOString();

const host = await Person.sign_in('host1');
for (const [place, category] of categories.entries()) {
  await host.send('PUT', `${shop}/categories/${category.id}`, { name: category.name, place });
}
const made = [];
for (const product of catalogue()) {
  const picture = await host.send('POST', `${shop}/pictures`, readFileSync(join(pictures, `${product.picture}.png`)));
  const { skus } = await host.send('POST', `${shop}/products`, { ...product.body, pictures: [picture.id] });
  made.push({ name: product.picture, skus });
}
const sku_of = (wanted) => made.find(({ name }) => name === wanted).skus[0];
const deal = (name, discount, more) => host.send('POST', `${shop}/deals`, {
  sku: sku_of(name).sku, price: Math.round(sku_of(name).price * (1 - discount)), quantity: 30, per_account_max: 2, ...more,
});
await deal('lipstick-1', 0.3, { ends_at: from_now(6 * 60) });
await deal('serum-1', 0.25, { starts_at: from_now(10), ends_at: from_now(6 * 60) });
await host.send('POST', `${shop}/coupons`, { code: 'WELCOME10', percent_off: 10, minimum: 30_000, quota: 1_000, ends_at: from_now(30 * 24 * 60) });

const user = await Person.sign_in('user1');
await user.send('PUT', '/api/v1/account/address', {
  recipient: '김하늘', phone: '010-0000-0000', postcode: '04524', line1: '서울 중구 세종대로 110', line2: '', note: '문 앞에 놓아 주세요',
});
Person.agent.destroy();
console.log(`${made.length} products`);
