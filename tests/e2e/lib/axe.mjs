/** The accessibility rules of axe on a page as it stands. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/**
 * Evaluated over the debugger, so that the page's own policy stays in force for everything else.
 * @param {import('playwright-core').Page} page
 * @returns {Promise<string[]>} one line a violation
 */
export async function axe_findings(page) {
  await page.evaluate(source);
  const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'] }));
  return violations.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ target }) => target).join(' | ')}`);
}
