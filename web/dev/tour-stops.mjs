// Where the tour goes: an address, who is signed in, what the mock does before, and the steps to the state to be seen.
export const shows = (phase) => (page) => page.waitForSelector(`[data-testid=player][data-state="${phase}"]`, { timeout: 25_000 });
export const settle = (ms) => (page) => page.waitForTimeout(ms);
const home = (to) => (page) => page.waitForSelector(`[data-testid=home][data-state="${to}"]`, { timeout: 25_000 });
const there = (id) => (page) => page.waitForSelector(`[data-testid="${id}"]`, { timeout: 25_000 });
const gone = (selector) => (page) => page.waitForSelector(selector, { state: 'detached', timeout: 25_000 });
const press = (id) => (page) => page.locator(`[data-testid="${id}"]`).first().click();
const fill = (name, text) => (page) => page.fill(`input[name="${name}"]`, text);
const loaded = gone('[aria-busy="true"]');

const storefront = [
  { name: 'home-live', path: '/', steps: [home('live'), (page) => page.waitForSelector('[data-testid=poster][data-shown]'), settle(700)] },
  { name: 'home-empty', path: '/', before: ['idle'], steps: [home('empty'), there('owner-guide')] },
  { name: 'home-none', path: '/', before: ['clear', 'people?setup=1'], steps: [home('empty'), there('copy')] },
  { name: 'home-error', path: '/', before: ['outage?on=1'], steps: [home('error')] },
  { name: 'home-menu', path: '/', as: 'host1', steps: [home('live'), there('menu'), press('menu'), there('log-out')] },
  { name: 'home-menu-signed-out', path: '/', steps: [home('live'), there('log-in'), press('menu')] },
  { name: 'watch-live', path: '/watch/studio-1', steps: [shows('live'), settle(3000)] },
  { name: 'watch-starting', path: '/watch/hair-lab', steps: [shows('starting'), settle(500)] },
  { name: 'watch-offline', path: '/watch/nail-bar', steps: [shows('offline'), settle(500)] },
  {
    name: 'watch-ended',
    path: '/watch/studio-2',
    steps: [shows('live'), (_page, mock) => mock('studio-2?state=ended'), shows('ended'), settle(500)],
  },
  { name: 'watch-paused', path: '/watch/studio-1', steps: [shows('live'), settle(1500), (page) => page.keyboard.press('k'), settle(800)] },
  { name: 'watch-unknown', path: '/watch/nobody', steps: [shows('not-found')] },
  { name: 'page-unknown', path: '/nowhere', steps: [settle(500)] },
];

const account = [
  { name: 'login', path: '/login', before: ['people?insecure=1'], steps: [there('login-form')] },
  {
    name: 'login-refused',
    path: '/login',
    steps: [there('login-form'), fill('login', 'host1'), fill('password', 'wrong'), press('login-form-submit'), there('form-summary')],
  },
  { name: 'login-empty', path: '/login', steps: [there('login-form'), press('login-form-submit'), there('form-summary')] },
  { name: 'signup', path: '/signup', steps: [there('signup-form'), fill('password', 'seven77')] },
  {
    name: 'signup-refused',
    path: '/signup',
    steps: [there('signup-form'), fill('login', 'a'), fill('email', 'b'), fill('password', 'c'), press('signup-form-submit'), there('form-summary')],
  },
  { name: 'forgot', path: '/forgot', steps: [there('forgot-form')] },
  { name: 'forgot-sent', path: '/forgot', steps: [there('forgot-form'), fill('login_or_email', 'hana'), press('forgot-form-submit'), there('forgot-sent')] },
  { name: 'reset', path: '/reset#mock-token', steps: [there('reset-form')] },
  { name: 'reset-broken', path: '/reset', steps: [there('reset-broken')] },
  { name: 'verify', path: '/verify#mock-token', steps: [there('verify-done')] },
  { name: 'verify-failed', path: '/verify#old', steps: [there('verify-failed')] },
  { name: 'setup', path: '/setup#mock-token', before: ['people?setup=1'], steps: [there('setup-form')] },
  { name: 'setup-over', path: '/setup#mock-token', steps: [there('setup-over')] },
  { name: 'account', path: '/account', as: 'host1', steps: [there('account'), loaded] },
  {
    name: 'account-two-step',
    path: '/account',
    as: 'host1',
    steps: [there('two-step-open'), press('two-step-open'), there('two-step-start'), (page) => page.fill('[data-testid=two-step-start] input', 'CloudWave!'), press('two-step-start-submit'), (page) => page.waitForSelector('[data-drawn=true]')],
  },
  {
    name: 'account-codes',
    path: '/account',
    as: 'host1',
    steps: [
      ...[there('two-step-open'), press('two-step-open'), there('two-step-start'), (page) => page.fill('[data-testid=two-step-start] input', 'CloudWave!'), press('two-step-start-submit')],
      ...[there('two-step-confirm'), (page) => page.fill('[data-testid=two-step-confirm] input', '123456'), press('two-step-confirm-submit'), there('recovery-codes')],
    ],
  },
  { name: 'account-token', path: '/account', as: 'host1', steps: [there('token-open'), press('token-open'), there('token-form')] },
  { name: 'account-delete', path: '/account', as: 'host1', steps: [there('delete-account'), press('delete-account'), there('delete-form')] },
];

const studio = [
  { name: 'studio', path: '/studio', as: 'host1', steps: [there('studio'), loaded, settle(600)] },
  { name: 'studio-empty', path: '/studio', as: 'host1', before: ['clear'], steps: [there('empty')] },
  { name: 'studio-forbidden', path: '/studio', as: 'user1', steps: [there('gate-forbidden')] },
  { name: 'studio-create', path: '/studio', as: 'host1', steps: [there('create-channel'), press('create-channel'), there('create-form')] },
  { name: 'studio-channel-live', path: '/studio/studio-1', as: 'host1', steps: [there('health-chart'), (page) => page.waitForSelector('.uplot'), loaded, settle(800)] },
  { name: 'studio-channel-off', path: '/studio/hair-lab', as: 'host1', steps: [there('studio-channel'), loaded] },
  {
    name: 'studio-channel-new',
    path: '/studio',
    as: 'host1',
    steps: [there('create-channel'), press('create-channel'), there('create-form'), fill('title', 'Spring palette preview'), press('create-form-submit'), there('stream-key'), loaded],
  },
  { name: 'studio-stop', path: '/studio/studio-1', as: 'host1', steps: [there('stop-stream'), press('stop-stream'), there('confirm')] },
  { name: 'studio-rotate', path: '/studio/studio-1', as: 'host1', steps: [there('rotate-key'), press('rotate-key'), there('confirm')] },
  { name: 'studio-delete', path: '/studio/studio-1', as: 'host1', steps: [there('delete-channel'), press('delete-channel'), there('delete-form')] },
  { name: 'studio-unknown', path: '/studio/nobody', as: 'host1', steps: [there('studio-unknown')] },
  { name: 'studio-team', path: '/studio/team', as: 'host1', steps: [there('team'), loaded] },
];

const secondShop = [
  ...[there('shop-form'), fill('id', 'atelier'), fill('ko', '아틀리에'), fill('en', 'Atelier'), press('shop-form-submit')],
  (page) => page.waitForSelector('[data-testid=shop-row][data-shop=atelier]'),
];
const go = (path) => (page) => page.goto(new URL(path, page.url()).href);

const operations = [
  { name: 'operations', path: '/operations', as: 'operator1', steps: [there('operations'), loaded] },
  { name: 'operations-idle', path: '/operations', as: 'admin1', before: ['idle'], steps: [there('operations'), loaded] },
  { name: 'operations-events', path: '/operations/events', as: 'operator1', steps: [there('events'), loaded] },
  { name: 'operations-accounts', path: '/operations/accounts', as: 'operator1', steps: [there('accounts'), loaded] },
  { name: 'operations-link', path: '/operations/accounts', as: 'operator1', steps: [there('reset-link'), press('reset-link'), there('confirm'), press('confirm-action'), there('reset-url')] },
  { name: 'operations-shops', path: '/operations/shops', as: 'admin1', steps: [there('shop-row'), loaded] },
  {
    name: 'operations-shops-refused',
    path: '/operations/shops',
    as: 'admin1',
    steps: [there('shop-form'), fill('id', 'main'), fill('ko', '메인'), fill('en', 'Main'), press('shop-form-submit'), there('form-summary')],
  },
  { name: 'operations-shop-rename', path: '/operations/shops', as: 'admin1', steps: [there('rename-shop'), press('rename-shop'), there('rename-form')] },
  { name: 'operations-audit', path: '/operations/audit', as: 'admin1', steps: [there('audit'), loaded] },
  { name: 'studio-choose-shop', path: '/operations/shops', as: 'admin1', steps: [...secondShop, go('/studio'), there('choose-shop'), settle(300)] },
  {
    name: 'studio-shop-switch',
    path: '/operations/shops',
    as: 'admin1',
    steps: [...secondShop, go('/studio/team'), there('shop-choice'), press('shop-choice'), there('shop-switch'), loaded],
  },
  { name: 'shop-choose', path: '/operations/shops', as: 'admin1', steps: [...secondShop, go('/products'), there('shop-choice'), loaded] },
  { name: 'operations-security', path: '/operations/security', as: 'admin1', steps: [there('security'), loaded] },
];

const watching = [there('beside')];
const buyHere = (page) => page.locator('[data-testid=running-deals] [data-testid=buy]').first().click();
const address = [
  ...[there('address-form'), fill('recipient', '김민수'), fill('phone', '010-1234-5678'), fill('postcode', '04524'), fill('line1', '서울 중구 세종대로 110')],
  ...[press('address-form-submit'), there('ship-to')],
];
const ordered = [...watching, there('running-deals'), buyHere, there('hold-timer'), ...address, press('pay'), (page) => page.waitForSelector('[data-testid=payment][data-phase=paid]')];
const toOrder = (prefix) => async (page) => {
  const href = await page.getAttribute('[data-testid=to-order]', 'href');
  await page.goto(new URL(prefix + href, page.url()).href);
};
const inCart = [there('add-to-cart'), press('add-to-cart'), settle(500), (page) => page.goto(new URL('/cart', page.url()).href), there('cart-line')];

const shop = [
  { name: 'shop-beside', path: '/watch/studio-1', as: 'user1', steps: [...watching, there('running-deals'), settle(800)] },
  { name: 'shop-beside-signed-out', path: '/watch/studio-1', steps: [...watching, settle(800)] },
  {
    name: 'shop-sheet',
    path: '/watch/studio-1',
    as: 'user1',
    steps: [(page) => page.setViewportSize({ width: 375, height: 812 }), there('beside-open'), press('beside-open'), there('beside-sheet'), settle(500)],
  },
  { name: 'shop-options', path: '/watch/studio-1', as: 'user1', steps: [...watching, there('choose'), press('choose'), there('option')] },
  { name: 'shop-hold-address', path: '/watch/studio-1', as: 'user1', steps: [...watching, there('running-deals'), buyHere, there('hold-timer'), there('address-form')] },
  { name: 'shop-hold', path: '/watch/studio-1', as: 'user1', steps: [...watching, there('running-deals'), buyHere, there('hold-timer'), ...address, settle(7000)] },
  { name: 'shop-paid', path: '/watch/studio-1', as: 'user1', steps: [...ordered] },
  { name: 'shop-held', path: '/watch/studio-1', as: 'user1', steps: [...watching, (page) => page.locator('[data-testid=buy][data-sku="49"]').first().click(), there('purchase'), settle(500)] },
  { name: 'shop-all-held', path: '/products/6', as: 'user1', steps: [there('buy-now'), press('buy-now'), there('refusal')] },
  { name: 'shop-products', path: '/products', steps: [there('product-card'), loaded, settle(1500)] },
  { name: 'shop-search', path: '/products?q=%EB%A6%AC', steps: [there('product-card'), loaded] },
  { name: 'shop-nothing', path: '/products?q=zzz', steps: [there('empty')] },
  { name: 'shop-product', path: '/products/1', as: 'user1', steps: [there('buy-now'), settle(1500)] },
  { name: 'shop-product-signed-out', path: '/products/3', steps: [there('log-in-to-buy')] },
  { name: 'shop-product-sold-out', path: '/products/5', steps: [(page) => page.waitForSelector('[data-testid=choice][data-state=sold_out]')] },
  { name: 'shop-product-unknown', path: '/products/999', steps: [there('product-unknown')] },
  { name: 'shop-cart', path: '/products/1', as: 'user1', steps: [...inCart, fill('code', 'WELCOME10'), press('coupon-form-submit'), there('coupon'), settle(300)] },
  { name: 'shop-cart-empty', path: '/cart', as: 'user1', steps: [there('empty')] },
  { name: 'shop-checkout', path: '/products/1', as: 'user1', steps: [...inCart, press('checkout'), ...address, there('place-order'), settle(6500)] },
  { name: 'shop-orders-empty', path: '/orders', as: 'user1', steps: [there('empty')] },
  { name: 'shop-orders', path: '/watch/studio-1', as: 'user1', steps: [...ordered, (page) => page.goto(new URL('/orders', page.url()).href), there('order-row')] },
  { name: 'shop-order', path: '/watch/studio-1', as: 'user1', steps: [...ordered, toOrder(''), there('order-history'), loaded] },
  { name: 'shop-order-cancel', path: '/watch/studio-1', as: 'user1', steps: [...ordered, toOrder(''), there('cancel-order'), press('cancel-order'), there('confirm')] },
];

const selling = [
  { name: 'selling-products', path: '/studio/shop/products', as: 'host1', steps: [there('catalogue-row'), there('category-list'), loaded] },
  { name: 'selling-create', path: '/studio/shop/products', as: 'host1', steps: [there('create-product'), press('create-product'), there('product-form')] },
  { name: 'selling-product', path: '/studio/shop/products/1', as: 'host1', steps: [there('details-form'), loaded] },
  { name: 'selling-stock', path: '/studio/shop/products/1', as: 'host1', steps: [there('sku-stock'), press('sku-stock'), there('moves')] },
  { name: 'selling-sku', path: '/studio/shop/products/1', as: 'host1', steps: [there('sku-edit'), press('sku-edit'), there('sku-form')] },
  { name: 'selling-deals', path: '/studio/shop/deals', as: 'host1', steps: [there('deal-row'), there('deal-form'), loaded] },
  { name: 'selling-coupons', path: '/studio/shop/coupons', as: 'host1', steps: [there('coupon-row'), loaded] },
  { name: 'selling-orders', path: '/watch/studio-1', as: 'host1', steps: [...ordered, (page) => page.goto(new URL('/studio/shop/orders', page.url()).href), there('shop-order-row')] },
  { name: 'selling-order', path: '/watch/studio-1', as: 'host1', steps: [...ordered, toOrder('/studio/shop'), there('next-stage'), loaded] },
  { name: 'selling-refund', path: '/watch/studio-1', as: 'host1', steps: [...ordered, toOrder('/studio/shop'), there('refund'), press('refund'), there('refund-form')] },
  { name: 'selling-sales', path: '/studio/shop/sales', as: 'host1', steps: [there('sales-chart'), (page) => page.waitForSelector('.uplot'), loaded, settle(500)] },
  { name: 'selling-forbidden', path: '/studio/shop/sales', as: 'user1', steps: [there('gate-forbidden')] },
];

export const stops = [...storefront, ...account, ...shop, ...studio, ...selling, ...operations];
