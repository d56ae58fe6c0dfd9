/** Who may do what over HTTP: one test for each role and action, as in the table of the design. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from '../lib/limited.mjs';
import { ADDRESS, Shop, buyer, keyed } from './lib/shop.mjs';
import { everybody } from './lib/visitors.mjs';
import { Shopcast } from './lib/shopcast.mjs';

const ROLES = ['anonymous', 'viewer', 'moderator', 'host', 'operator', 'auditor', 'admin'];

/** @type {Shopcast} */
let server;
let who;
let person;
let goods;
const PRODUCT = { name: { ko: '립', en: 'Lip' }, description: { ko: '-', en: '-' }, category: 'lips' };
before(async () => {
  // Nobody's order is paid while this runs.
  server = await Shopcast.start('roles', { settings: '[shop]\nfake_payment_ms = 3600000\n' });
  await server.create_channel('open');
  who = await everybody(server);
  const [{ sku }] = (await new Shop(who.host).product({ stock: 100 })).skus;
  const other = await buyer(who.anonymous.fresh(), 'buyer1');
  goods = { sku, order: (await other.post('/api/v1/orders', { lines: [{ sku, quantity: 1 }] }, keyed())).body.id };
  // The second one, after those who are of the only shop there was.
  await who.admin.post('/api/v1/operations/shops', { id: 'second', name: { ko: '둘', en: 'Second' } });
  person = (await who.operator.get('/api/v1/operations/accounts?query=viewer1')).body.accounts[0];
});
after(() => server?.clear());

// What is asked, and the status for each of ROLES. 401: sign in; 403: not with this role; 404: not
// there, which nobody but those who may act learns.
const MATRIX = {
  'watch': [(me) => me.get('/api/v1/channels'), 200, 200, 200, 200, 200, 200, 200],
  'own account': [(me) => me.get('/api/v1/account'), 401, 200, 200, 200, 200, 200, 200],
  'own sessions': [(me) => me.get('/api/v1/account/sessions'), 401, 200, 200, 200, 200, 200, 200],
  'see channels in the studio': [(me) => me.get('/api/v1/studio/channels/open'), 401, 403, 403, 200, 403, 403, 200],
  'create a channel': [(me, role) => me.post('/api/v1/channels', { name: `of-${role}`, shop: 'main' }), 401, 403, 403, 201, 403, 403, 201],
  'create a channel of no shop in particular': [(me, role) => me.post('/api/v1/channels', { name: `also-${role}` }), 401, 403, 403, 201, 403, 403, 400],
  'create a channel of another shop': [(me) => me.post('/api/v1/channels', { name: 'abroad', shop: 'second' }), 401, 403, 403, 404, 403, 403, 201],
  'rename a channel': [(me) => me.patch('/api/v1/channels/open', { title: 'Open' }), 401, 403, 403, 200, 403, 403, 200],
  'rotate a key': [(me) => me.post('/api/v1/channels/open/key'), 401, 403, 403, 200, 403, 403, 200],
  'remove a channel': [(me, role) => me.del(`/api/v1/channels/of-${role}`), 401, 403, 403, 204, 403, 403, 204],
  'list streams': [(me) => me.get('/api/v1/streams'), 401, 403, 403, 200, 200, 200, 200],
  'look at a stream that is not there': [(me) => me.get('/api/v1/streams/nothing'), 401, 403, 403, 404, 404, 404, 404],
  'stop a stream that is not there': [(me) => me.post('/api/v1/streams/nothing/stop'), 401, 403, 403, 404, 404, 403, 404],
  'summary of the server': [(me) => me.get('/api/v1/operations/summary'), 401, 403, 403, 403, 200, 200, 200],
  'log of the server': [(me) => me.get('/api/v1/operations/events'), 401, 403, 403, 403, 200, 200, 200],
  'who was refused': [(me) => me.get('/api/v1/operations/refusals'), 401, 403, 403, 403, 200, 200, 200],
  'insecure settings': [(me) => me.get('/api/v1/operations/self-check'), 401, 403, 403, 403, 200, 200, 200],
  'read the audit log': [(me) => me.get('/api/v1/audit'), 401, 403, 403, 200, 403, 200, 200],
  'see the roles of a shop': [(me) => me.get('/api/v1/shops/main/roles'), 401, 403, 403, 200, 403, 200, 200],
  'see the roles of another shop': [(me) => me.get('/api/v1/shops/second/roles'), 401, 403, 403, 404, 403, 200, 200],
  'see the roles of a shop that is not there': [(me) => me.get('/api/v1/shops/nowhere/roles'), 401, 403, 403, 404, 403, 404, 404],
  'see the roles of the server': [(me) => me.get('/api/v1/shops/*/roles'), 401, 403, 403, 404, 403, 200, 200],
  'give a role in a shop': [(me) => me.put('/api/v1/shops/main/roles/viewer1/moderator'), 401, 403, 403, 204, 403, 403, 204],
  'take a role in a shop': [async (me) => {
    await who.admin.put('/api/v1/shops/main/roles/viewer1/moderator');
    return me.del('/api/v1/shops/main/roles/viewer1/moderator');
  }, 401, 403, 403, 204, 403, 403, 204],
  'give a role of the server': [(me) => me.put('/api/v1/shops/*/roles/viewer1/auditor'), 401, 403, 403, 404, 403, 403, 204],
  'take a role of the server': [async (me) => {
    await who.admin.put('/api/v1/shops/*/roles/viewer1/auditor');
    const answer = await me.del('/api/v1/shops/*/roles/viewer1/auditor');
    await who.admin.del('/api/v1/shops/*/roles/viewer1/auditor');
    return answer;
  }, 401, 403, 403, 404, 403, 403, 204],
  'see the shops': [(me) => me.get('/api/v1/shops'), 200, 200, 200, 200, 200, 200, 200],
  'see the shops as they are managed': [(me) => me.get('/api/v1/operations/shops'), 401, 403, 403, 403, 403, 200, 200],
  'make a shop': [(me, role) => me.post('/api/v1/operations/shops', { id: `of-${role}`, name: { ko: 'a', en: 'b' } }), 401, 403, 403, 403, 403, 403, 201],
  'name a shop': [(me) => me.patch('/api/v1/operations/shops/second', { name: { ko: 'a', en: 'b' } }), 401, 403, 403, 403, 403, 403, 200],
  'name a shop that is not there': [(me) => me.patch('/api/v1/operations/shops/nowhere', { name: { ko: 'a', en: 'b' } }), 401, 403, 403, 403, 403, 403, 404],
  'browse products': [(me) => me.get('/api/v1/products?shop=main'), 200, 200, 200, 200, 200, 200, 200],
  'see the stock': [(me) => me.get('/api/v1/shops/main/stock'), 200, 200, 200, 200, 200, 200, 200],
  'own cart': [(me) => me.get('/api/v1/cart?shop=main'), 401, 200, 200, 200, 200, 200, 200],
  'own holds': [(me) => me.get('/api/v1/holds'), 401, 200, 200, 200, 200, 200, 200],
  'buy': [(me) => me.post('/api/v1/orders', { lines: [{ sku: goods.sku, quantity: 1 }], address: ADDRESS }), 401, 201, 201, 201, 201, 201, 201],
  'somebody else\'s order': [(me) => me.get(`/api/v1/orders/${goods.order}`), 401, 404, 404, 404, 404, 404, 404],
  'products in the studio': [(me) => me.get('/api/v1/shops/main/products'), 401, 403, 403, 200, 403, 403, 200],
  'make a product': [(me) => me.post('/api/v1/shops/main/products', PRODUCT), 401, 403, 403, 201, 403, 403, 201],
  'make a product of another shop': [(me) => me.post('/api/v1/shops/second/products', PRODUCT), 401, 403, 403, 404, 403, 403, 400],
  'make a product of a shop that is not there': [(me) => me.post('/api/v1/shops/nowhere/products', PRODUCT), 401, 403, 403, 404, 403, 403, 404],
  'change a price': [(me) => me.patch(`/api/v1/shops/main/skus/${goods.sku}`, { price: 10_000 }), 401, 403, 403, 200, 403, 403, 200],
  'receive stock': [(me) => me.post(`/api/v1/shops/main/skus/${goods.sku}/stock`, { units: 1, reason: 'received' }), 401, 403, 403, 201, 403, 403, 201],
  'schedule a deal': [(me) => me.post('/api/v1/shops/main/deals', { sku: goods.sku, price: 1, quantity: 1, ends_at: '2099-01-01T00:00:00Z', starts_at: '2098-01-01T00:00:00Z' }), 401, 403, 403, 201, 403, 403, 201],
  'make a coupon': [(me, role) => me.post('/api/v1/shops/main/coupons', { code: `OF-${role}`, minor_off: 1, quota: 1, ends_at: '2099-01-01T00:00:00Z' }), 401, 403, 403, 201, 403, 403, 201],
  'orders of a shop': [(me) => me.get('/api/v1/shops/main/orders'), 401, 403, 403, 200, 403, 403, 200],
  'refund what is not paid': [(me) => me.post(`/api/v1/shops/main/orders/${goods.order}/refunds`, {}), 401, 403, 403, 409, 403, 403, 409],
  'sales of a shop': [(me) => me.get('/api/v1/shops/main/sales'), 401, 403, 403, 200, 403, 403, 200],
  'sales of another shop': [(me) => me.get('/api/v1/shops/second/sales'), 401, 403, 403, 404, 403, 403, 200],
  'sales of a shop that is not there': [(me) => me.get('/api/v1/shops/nowhere/sales'), 401, 403, 403, 404, 403, 403, 404],
  'list accounts': [(me) => me.get('/api/v1/operations/accounts'), 401, 403, 403, 403, 200, 200, 200],
  'disable an account': [(me) => me.patch(`/api/v1/operations/accounts/${person.id}`, { disabled: false }), 401, 403, 403, 403, 200, 403, 200],
  'make a reset link': [(me) => me.post(`/api/v1/operations/accounts/${person.id}/reset-link`), 401, 403, 403, 403, 201, 403, 201],
};

const given = Object.fromEntries(Object.keys(MATRIX).map((action) => [action, {}]));

for (const [action, [ask, ...statuses]] of Object.entries(MATRIX)) {
  describe(action, () => {
    ROLES.forEach((role, column) => test(`${role}: ${statuses[column]}`, async () => {
      const answer = await ask(who[role], role);
      given[action][role] = answer.status;
      assert.equal(answer.status, statuses[column], JSON.stringify(answer.body));
      const code = { 401: 'sign_in_required', 403: 'forbidden' }[answer.status];
      if (code) assert.equal(answer.body.code, code);
    }));
  });
}

describe('the pages\' view of it', () => {
  const LEVELS = {
    anonymous: { watch: 'all', participate: 'none', manage_channels: 'none', operate: 'none' },
    viewer: { watch: 'all', participate: 'own', manage_channels: 'none', operate: 'none' },
    moderator: { participate: 'own', moderate: 'shop', manage_channels: 'none' },
    host: { moderate: 'shop', manage_channels: 'shop', operate: 'own_channels', read_audit: 'shop', grant_roles: 'shop', manage_accounts: 'none', manage_shops: 'none' },
    operator: { manage_channels: 'none', operate: 'all', read_audit: 'none', manage_accounts: 'support', manage_shops: 'none' },
    auditor: { operate: 'read', read_audit: 'read', grant_roles: 'read', manage_accounts: 'read', manage_shops: 'read' },
    admin: { moderate: 'all', manage_channels: 'all', operate: 'all', read_audit: 'all', grant_roles: 'all', manage_accounts: 'all', manage_shops: 'all' },
  };
  for (const role of ROLES) {
    test(`${role}: permissions`, async () => {
      const { permissions } = (await who[role].get('/api/v1/session')).body;
      for (const [action, level] of Object.entries(LEVELS[role])) assert.equal(permissions[action], level, action);
    });
  }
});

after(() => {
  console.log(`${''.padEnd(36)}${ROLES.map((role) => role.padEnd(10)).join('')}`);
  for (const [action, row] of Object.entries(given)) {
    console.log(`${action.padEnd(36)}${ROLES.map((role) => String(row[role] ?? '-').padEnd(10)).join('')}`);
  }
});
