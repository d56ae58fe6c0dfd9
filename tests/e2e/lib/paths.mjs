/** Where things are in the checkout. */
import { existsSync, mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
/** What tests leave behind: logs, screenshots, encoded material. */
export const OUT = `${ROOT}build/e2e/`;

/** A folder below OUT, made if need be. @param {string} name */
export function out_folder(name) {
  const folder = `${OUT}${name}/`;
  mkdirSync(folder, { recursive: true });
  return folder;
}

/** The program under test: SHOPCAST_BIN, else the release build, else the dev build. */
export function shopcast_program() {
  const candidates = [process.env.SHOPCAST_BIN, `${ROOT}build/release/bin/shopcast`, `${ROOT}build/dev/bin/shopcast`];
  const found = candidates.find((path) => path && existsSync(path));
  if (!found) throw new Error('there is no shopcast program: ./dev build');
  return found;
}
