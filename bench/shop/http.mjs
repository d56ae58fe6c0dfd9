/** The whole server, as its buyers meet it: holds over HTTP, at a rate that does not wait for the answers. */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from '../../tests/e2e/lib/client.mjs';
import { mint_buyers } from '../../tests/e2e/lib/crowd.mjs';
import { Shop } from '../../tests/e2e/lib/shop.mjs';
import { Shopcast } from '../../tests/e2e/lib/shopcast.mjs';
import { create_account } from '../../tests/e2e/lib/visitors.mjs';

const buyers = 10_000;
const connections = 256;

/** @param {{bin: string, folder: string, seconds: number, rate: number}} what */
export async function measure_http({ bin, folder, seconds, rate }) {
  process.env.SHOPCAST_BIN = join(bin, 'shopcast');
  const settings = `[http]\nconnections_per_address_max = ${connections * 2}\n`;
  let server = await Shopcast.start('bench-shop', { data_folder: folder, settings });
  await create_account(server, 'host1', ['host']);
  await server.stop();
  const tokens = join(folder, 'tokens');
  writeFileSync(tokens, mint_buyers(folder, buyers).join('\n'));
  server = await Shopcast.start('bench-shop', { data_folder: folder, settings });
  try {
    const host = new Client(server.origin);
    await host.sign_in('host1');
    const shop = new Shop(host);
    const skus = [];
    while (skus.length * buyers < rate * seconds) skus.push(await shop.sku({ stock: buyers, price: 18_900 }));
    const said = JSON.parse(execFileSync(join(bin, 'bench_shop_buyers'), [server.http, tokens, skus.join(','), String(rate), String(seconds), String(connections)], { encoding: 'utf8' }));
    const held = Number(said.statuses['201'] ?? 0);
    if (held !== said.done) throw new Error(`not all were held: ${JSON.stringify(said.statuses)}`);
    return said;
  } finally {
    await server.stop();
  }
}
