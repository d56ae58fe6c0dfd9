/** A real Chromium with our page in it, and everything it complains about. */
import { chromium } from 'playwright-core';
import { out_folder } from './paths.mjs';
import { PATIENCE_MS, until } from './wait.mjs';

export const PHONE = { width: 375, height: 812 };
export const DESKTOP = { width: 1280, height: 800 };

/**
 * Default policies: a page that cannot start muted by itself here cannot do so at a viewer's. The
 * shell has no windows and tabs of its own to draw: the same tests take two thirds of the processor.
 */
export function launch_browser() {
  return chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium-headless-shell' });
}

export class Tab {
  /** Errors of the console, exceptions, violated policies, failed requests. @type {string[]} */
  complaints = [];

  /** @param {import('playwright-core').Page} page */
  constructor(page) {
    this.page = page;
    page.on('console', (message) => {
      if (message.type() === 'error') this.complaints.push(`${message.type()}: ${message.text()}`);
    });
    page.on('pageerror', (error) => this.complaints.push(`exception: ${error.message}`));
    page.on('response', (response) => {
      if (response.status() >= 400) this.complaints.push(`${response.status()} for ${response.url()}`);
    });
  }

  /**
   * @param {import('playwright-core').Browser} browser @param {string} url
   * @param {{viewport?: {width: number, height: number}, phone?: boolean, untrusted?: boolean, as?: {login: string, password: string},
   *   locale?: string, scheme?: 'light' | 'dark'}} [options] untrusted: whatever its certificate says; as: who is logged in
   */
  static async open(browser, url, { viewport = DESKTOP, phone = false, untrusted = false, as = null, locale = 'en-US', scheme = 'light' } = {}) {
    const context = await browser.newContext({
      viewport, locale, colorScheme: scheme, ignoreHTTPSErrors: untrusted,
      ...(phone && { isMobile: true, hasTouch: true, deviceScaleFactor: 2 }),
    });
    context.setDefaultTimeout(PATIENCE_MS);
    if (as) {
      const answer = await context.request.post(new URL('/api/v1/session', url).href, { data: { login: as.login, password: as.password } });
      if (!answer.ok()) throw new Error(`${as.login} could not log in: ${await answer.text()}`);
    }
    const tab = new Tab(await context.newPage());
    await tab.page.addInitScript(() => {
      window.violations = [];
      document.addEventListener('securitypolicyviolation', (event) => window.violations.push(`${event.violatedDirective} ${event.blockedURI}`));
    });
    await tab.page.goto(url);
    return tab;
  }

  async close() {
    await this.page.context().close();
  }

  /** Refusals that a test asks for on purpose are no complaint. @param {RegExp} pattern */
  expect_refusal(pattern) {
    this.complaints = this.complaints.filter((each) => !pattern.test(each));
  }

  /** Types into inputs by their names. @param {Record<string, string>} values */
  async fill(values, within = this.page) {
    for (const [name, value] of Object.entries(values)) await within.locator(`input[name="${name}"]`).fill(value);
  }

  by_id(id) {
    return this.page.locator(`[data-testid="${id}"]`);
  }

  /** What the player says of itself. */
  state() {
    return this.by_id('player').getAttribute('data-state');
  }

  until_state(state, timeout_ms = PATIENCE_MS) {
    return until(`the page is ${state}`, async () => {
      const now = await this.state();
      return now === state ? now : Promise.reject(new Error(`it is ${now}`));
    }, { timeout_ms });
  }

  /** @returns {Promise<string[]>} what the content security policy blocked */
  violations() {
    return this.page.evaluate(() => window.violations);
  }

  /** 16 x 9 brightness values of what the video element shows; null before the first frame. */
  picture() {
    return this.page.evaluate(() => {
      const video = document.querySelector('video');
      if (!video || video.readyState < 2) return null;
      const canvas = document.createElement('canvas');
      canvas.width = 16;
      canvas.height = 9;
      const context = canvas.getContext('2d', { willReadFrequently: true });
      context.drawImage(video, 0, 0, 16, 9);
      const { data } = context.getImageData(0, 0, 16, 9);
      return Array.from({ length: 144 }, (_, index) => data[index * 4 + 1]);
    });
  }

  /** Waits until the picture changed `times` times; a black picture does not count. */
  async until_moving(times = 3, timeout_ms = PATIENCE_MS) {
    let changes = 0;
    let last = null;
    await until('a moving picture', async () => {
      const now = await this.picture();
      if (now && last && now.some((value) => value > 40) && now.some((value, index) => Math.abs(value - last[index]) > 4)) changes += 1;
      last = now ?? last;
      return changes >= times;
    }, { timeout_ms, every_ms: 100 });
  }

  /** @param {(video: HTMLVideoElement) => any} read evaluated in the page */
  video(read) {
    return this.page.locator('video').evaluate(read);
  }

  async screenshot(name) {
    await this.page.screenshot({ path: `${out_folder('screenshots')}${name}.png` });
  }
}
