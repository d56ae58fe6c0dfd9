/** CPU a publisher costs, shopcast beside nginx-rtmp. */
import { rmSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { median } from '../lib/measure.mjs';
import { fetch_nginx_rtmp, start_nginx_rtmp } from '../lib/nginx_rtmp.mjs';
import { cpu_us } from '../lib/processes.mjs';
import { create_channels, memfd_kib, rss_kib, start_publishers, start_server, stop_server } from './programs.mjs';

const port = 18281;
/** Streams have started, fragments are being written. */
const settle_seconds = 4;

async function one_turn(where, { address, keys, pids }, film, seconds) {
  const load = start_publishers(where, address, film, keys, seconds + settle_seconds + 1);
  await load.ready;
  await sleep(settle_seconds * 1000);
  const cpu = () => pids.reduce((sum, pid) => sum + cpu_us(pid), 0);
  const before = cpu();
  const began = process.hrtime.bigint();
  await sleep(seconds * 1000);
  const spent = cpu() - before;
  const took = Number(process.hrtime.bigint() - began) / 1e9;
  const memory = pids.reduce((sum, pid) => sum + rss_kib(pid), 0);
  const live_media = memfd_kib(pids[0]);
  const { failures, behind_ms_max } = await load.done;
  return { us_per_publisher_second: spent / took / keys.length, failures, behind_ms_max, rss_kib: memory, memfd_kib: live_media };
}

export async function measure_publishers(options, folder, memory) {
  const { publishers, runs, seconds, server_core, client_core, bin, film, tools } = options;
  const where = { bin, core: client_core };
  const server = await start_server(server_core);
  const { names, keys } = await create_channels(server, publishers);
  const fragments = join(memory, 'hls');
  mkdirSync(fragments);
  const nginx = await start_nginx_rtmp(fetch_nginx_rtmp(tools), join(folder, 'nginx-rtmp'), fragments, server_core, port);
  const subjects = { shopcast: { address: server.rtmp, keys, pids: [server.pid] }, 'nginx-rtmp': { address: nginx.address, keys: names, pids: nginx.pids } };
  const samples = { shopcast: [], 'nginx-rtmp': [] };
  for (let run = 0; run < runs; ++run) {
    const order = Object.keys(subjects);
    for (const name of run % 2 === 0 ? order : order.reverse()) {
      const sample = await one_turn(where, subjects[name], film, seconds);
      samples[name].push(sample);
      console.log(`  run ${run + 1}  ${name.padEnd(11)} ${publishers} publishers: ${(sample.us_per_publisher_second / 1e4).toFixed(3)} % of a core each  (${sample.failures} failures, writes at most ${sample.behind_ms_max} ms behind)`);
    }
  }
  await stop_server(server);
  rmSync(fragments, { recursive: true, force: true });
  const summary = (name) => ({
    us_per_publisher_second: median(samples[name].map((sample) => sample.us_per_publisher_second)),
    failures: samples[name].reduce((sum, { failures }) => sum + failures, 0),
    rss_kib_per_publisher: median(samples[name].map((sample) => sample.rss_kib)) / publishers,
  });
  const each = samples.shopcast.map((sample, run) => sample.us_per_publisher_second / samples['nginx-rtmp'][run].us_per_publisher_second);
  return { shopcast: summary('shopcast'), nginx: summary('nginx-rtmp'), ratio: median(each), lowest: Math.min(...each), highest: Math.max(...each), version: nginx.version };
}
