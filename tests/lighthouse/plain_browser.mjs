/**
 * Chromium as an ordinary user runs it. Run by root it may raise the priority of its own threads, and then those
 * that decode and draw a film (in software, where there is no GPU) push the page's thread aside: a task of 7 ms of
 * processor time lasts 30 ms, and Lighthouse counts what lasts.
 */
import { spawn } from 'node:child_process';
import { chownSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Launcher } from 'chrome-launcher';
import { event_of, until } from '../e2e/lib/wait.mjs';

const NOBODY = 65_534;

export class PlainBrowser {
  #child;
  #home;

  /** @param {number} port the debugging port that Lighthouse drives it over */
  static async start(port = 9333) {
    const browser = new PlainBrowser();
    browser.port = port;
    browser.#home = mkdtempSync(join(tmpdir(), 'shopcast-lighthouse-'));
    const is_root = process.getuid() === 0;
    if (is_root) chownSync(browser.#home, NOBODY, NOBODY);
    const flags = [...Launcher.defaultFlags(), '--headless', '--no-sandbox', `--remote-debugging-port=${port}`, `--user-data-dir=${browser.#home}`, 'about:blank'];
    browser.#child = spawn(process.env.CHROMIUM ?? '/usr/bin/chromium', flags, {
      stdio: 'ignore',
      env: { ...process.env, HOME: browser.#home, XDG_CONFIG_HOME: browser.#home, XDG_CACHE_HOME: browser.#home },
      ...(is_root ? { uid: NOBODY, gid: NOBODY } : {}),
    });
    await until('Chromium answers on its debugging port', async () => (await fetch(`http://127.0.0.1:${port}/json/version`)).ok);
    return browser;
  }

  async stop() {
    if (this.#child.exitCode === null) {
      this.#child.kill();
      await event_of('Chromium to end', this.#child, 'exit');
    }
    // Its helpers end a moment after it, and write until then.
    await until('the profile of Chromium is removed', () => {
      rmSync(this.#home, { recursive: true, force: true });
      return true;
    });
  }
}
