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

const operations = [
  { name: 'operations', path: '/operations', as: 'operator1', steps: [there('operations'), loaded] },
  { name: 'operations-idle', path: '/operations', as: 'admin1', before: ['idle'], steps: [there('operations'), loaded] },
  { name: 'operations-events', path: '/operations/events', as: 'operator1', steps: [there('events'), loaded] },
  { name: 'operations-accounts', path: '/operations/accounts', as: 'operator1', steps: [there('accounts'), loaded] },
  { name: 'operations-link', path: '/operations/accounts', as: 'operator1', steps: [there('reset-link'), press('reset-link'), there('confirm'), press('confirm-action'), there('reset-url')] },
  { name: 'operations-audit', path: '/operations/audit', as: 'admin1', steps: [there('audit'), loaded] },
  { name: 'operations-security', path: '/operations/security', as: 'admin1', steps: [there('security'), loaded] },
];

export const stops = [...storefront, ...account, ...studio, ...operations];
