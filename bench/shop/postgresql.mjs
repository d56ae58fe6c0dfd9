/** PostgreSQL as a shop would use it for stock: each hold is a row, its units come off one row that everybody wants. */
import { execFileSync, spawnSync } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { userInfo } from 'node:os';

const clients = 64;

function programs() {
  const base = '/usr/lib/postgresql';
  const versions = existsSync(base) ? readdirSync(base).sort((a, b) => Number(a) - Number(b)) : [];
  if (versions.length === 0) throw new Error('PostgreSQL is not installed: apt-get install postgresql');
  return join(base, versions.at(-1), 'bin');
}

// One statement, so one round trip and one transaction: the least that PostgreSQL can do for a hold.
const hold = `\\set n random(1, 1000000000000)
WITH taken AS (UPDATE stock SET held = held + 1 WHERE pool = 1 AND on_hand >= held + sold + 1 RETURNING pool)
INSERT INTO reservation(account, key, sku, pool, quantity, price_minor, currency, state, made_at_ms, expires_at_ms)
SELECT 'acc_' || :n, 'key_' || :n, 1, pool, 1, 18900, 'KRW', 'HELD', 1750000000000, 1750000300000 FROM taken;
`;
const tables = `
CREATE TABLE stock (pool bigint PRIMARY KEY, on_hand bigint NOT NULL, held bigint NOT NULL, sold bigint NOT NULL,
  CHECK (held >= 0 AND sold >= 0 AND on_hand >= held + sold));
CREATE TABLE reservation (id bigserial PRIMARY KEY, account text NOT NULL, key text NOT NULL, sku bigint NOT NULL, pool bigint NOT NULL,
  quantity bigint NOT NULL CHECK (quantity > 0), price_minor bigint NOT NULL, currency text NOT NULL, state text NOT NULL,
  made_at_ms bigint NOT NULL, expires_at_ms bigint NOT NULL, UNIQUE (account, key));
INSERT INTO stock VALUES (1, 900000000, 0, 0);
`;

/**
 * A cluster of its own in `folder`, with Debian's settings; 64 clients of pgbench with prepared statements.
 * @param {{folder: string, seconds: number}} what
 */
export function measure_postgresql({ folder, seconds }) {
  const bin = programs();
  // It refuses to run as root.
  const is_root = userInfo().uid === 0;
  const own = is_root ? { uid: Number(execFileSync('id', ['-u', 'nobody'])), gid: Number(execFileSync('id', ['-g', 'nobody'])) } : {};
  const run = (program, args, options = {}) => execFileSync(join(bin, program), args, { encoding: 'utf8', stdio: ['pipe', 'pipe', 'ignore'], cwd: folder, ...own, ...options });
  const data = join(folder, 'postgresql');
  mkdirSync(data);
  if (is_root) for (const path of [folder, data]) chownSync(path, own.uid, own.gid);
  run('initdb', ['-D', data, '-U', 'shop', '--auth=trust', '--no-locale', '-E', 'UTF8']);
  const at = ['-h', folder, '-U', 'shop'];
  // pg_ctl's server would keep our pipe open.
  spawnSync(join(bin, 'pg_ctl'), ['-D', data, '-w', '-l', join(folder, 'postgresql.log'), '-o', `-k ${folder} -h ''`, 'start'], { stdio: 'ignore', cwd: folder, ...own });
  try {
    run('psql', [...at, '-q', 'postgres'], { input: tables });
    const script = join(folder, 'hold.sql');
    writeFileSync(script, hold);
    const said = run('pgbench', [...at, '-n', '-M', 'prepared', '-c', String(clients), '-j', '2', '-T', String(seconds), '-f', script, 'postgres']);
    const number = (pattern) => Number(said.match(pattern)[1]);
    const failed = said.match(/number of failed transactions: (\d+)/);
    if (failed && Number(failed[1]) > 0) throw new Error(`pgbench: ${failed[0]}`);
    return { per_second: number(/tps = ([\d.]+)/), mean_ms: number(/latency average = ([\d.]+)/) };
  } finally {
    run('pg_ctl', ['-D', data, '-m', 'immediate', 'stop']);
  }
}
