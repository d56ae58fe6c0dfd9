/** Who visits the pages: accounts, made as the owner of the data folder makes them. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Client } from './client.mjs';
import { PASSWORD } from './password.mjs';
import { shopcast_program } from './paths.mjs';

export { PASSWORD };
export const ROLES = ['moderator', 'host', 'operator', 'auditor', 'admin'];

/** @param {import('./shopcast.mjs').Shopcast} server @param {string} login @param {string[]} [roles] */
export async function create_account(server, login, roles = []) {
  const args = ['account', 'create', login, ...roles.flatMap((role) => ['--role', role]), '--password-stdin', '--data', server.data_folder];
  const child = spawn(shopcast_program(), args, { stdio: ['pipe', 'pipe', 'pipe'], timeout: 60_000 });
  let said = '';
  child.stdout.on('data', (piece) => { said += piece; });
  child.stderr.on('data', (piece) => { said += piece; });
  child.stdin.end(`${PASSWORD}\n`);
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`shopcast ${args.join(' ')}: ${said}`);
  return { login, password: PASSWORD };
}

/**
 * A signed-in client for each role ("host1" ...), a viewer and a stranger.
 * @param {import('./shopcast.mjs').Shopcast} server @returns {Promise<Record<string, Client>>}
 */
export async function everybody(server, options = {}) {
  const clients = { anonymous: new Client(server.origin, options) };
  for (const role of ['viewer', ...ROLES]) {
    await create_account(server, `${role}1`, role === 'viewer' ? [] : [role]);
    clients[role] = new Client(server.origin, options);
    const answer = await clients[role].sign_in(`${role}1`);
    if (answer.status !== 200) throw new Error(`${role}1 cannot sign in: ${JSON.stringify(answer.body)}`);
  }
  return clients;
}

/** The address that makes the first administrator, as a path of the pages. @param {import('./shopcast.mjs').Shopcast} server */
export function setup_path(server) {
  const link = readFileSync(`${server.data_folder}/setup-link`, 'utf8').trim();
  return new URL(link).pathname + new URL(link).hash;
}

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** The six digits an authenticator app shows (RFC 6238: SHA-1, 30 s). @param {string} secret base32 */
export function totp(secret, now_ms = Date.now()) {
  const bits = [...secret.replace(/[\s=]/g, '')].map((letter) => BASE32.indexOf(letter).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => Number.parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(now_ms / 30_000)));
  const digest = createHmac('sha1', key).update(counter).digest();
  const at = digest[19] & 15;
  return String((digest.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}
