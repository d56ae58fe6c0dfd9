/** `./dev bench live --soak MINUTES`: whether memory grows while viewers, publishers and streams come and go. */
import { setTimeout as sleep } from 'node:timers/promises';
import { create_channels, memfd_kib, rss_kib, start_publishers, start_server, start_viewers, stop_server } from './programs.mjs';

const sample_every_s = 5;
/**
 * Until everything bounded is full: windows fill in a minute, and what is remembered of a stream that ended is forgotten ten minutes
 * later (limits::stream_history_kept_for); by then the log's ring has its lines as well.
 */
const warm_up_s = 720;
const warm_up_share = 1 / 3;

/**
 * Least squares through [seconds, KiB]. The standard error counts neighbouring samples, which resemble one another, as fewer
 * than they are (by the residuals' correlation at lag 1).
 * @param {[number, number][]} points @returns {{kib_per_hour: number, error: number}} error: 95 %
 */
export function slope(points) {
  const n = points.length;
  const mean = (values) => values.reduce((sum, value) => sum + value, 0) / n;
  const mean_x = mean(points.map(([x]) => x));
  const mean_y = mean(points.map(([, y]) => y));
  const sxx = points.reduce((sum, [x]) => sum + (x - mean_x) ** 2, 0);
  const per_second = points.reduce((sum, [x, y]) => sum + (x - mean_x) * (y - mean_y), 0) / sxx;
  const rest = points.map(([x, y]) => y - mean_y - per_second * (x - mean_x));
  const square = rest.reduce((sum, each) => sum + each ** 2, 0);
  const together = rest.slice(1).reduce((sum, each, i) => sum + each * rest[i], 0);
  const correlation = square > 0 ? Math.min(0.99, Math.max(0, together / square)) : 0;
  const independent = Math.max(3, (n * (1 - correlation)) / (1 + correlation));
  const error = Math.sqrt(square / n / (independent - 2) / (sxx / n));
  return { kib_per_hour: per_second * 3600, error: 1.96 * error * 3600 };
}

export async function soak(options) {
  const { minutes, server_core, client_core, bin, film, viewers, publishers } = options;
  const where = { bin, core: client_core };
  const server = await start_server(server_core);
  const { names, keys } = await create_channels(server, publishers);
  const seconds = Math.round(minutes * 60);
  const encoders = start_publishers(where, server.rtmp, film, keys, seconds + 10, 60);
  await encoders.ready;
  await sleep(3000);
  const crowd = start_viewers(where, server.http, names, 'bodies', viewers, seconds, 20);
  await crowd.ready;
  const samples = [];
  const began = Date.now();
  while ((Date.now() - began) / 1000 < seconds - sample_every_s) {
    await sleep(sample_every_s * 1000);
    const allocated_kib = (await server.metric('shopcast_memory_bytes', 'kind="allocated"')) / 1024;
    samples.push({ at_s: (Date.now() - began) / 1000, rss_kib: rss_kib(server.pid), allocated_kib, memfd_kib: memfd_kib(server.pid) });
    if (samples.length % 12 === 0) {
      const { at_s, rss_kib: rss, memfd_kib: memfd } = samples.at(-1);
      console.log(`  ${(at_s / 60).toFixed(1)} min  RSS ${(rss / 1024).toFixed(1)} MiB, of it allocated ${(allocated_kib / 1024).toFixed(1)} MiB, live media ${(memfd / 1024).toFixed(1)} MiB`);
    }
  }
  const watched = await crowd.done;
  const pushed = await encoders.done;
  await stop_server(server);
  const counted_from_s = Math.max(seconds * warm_up_share, Math.min(warm_up_s, seconds / 2));
  const counted = samples.filter(({ at_s }) => at_s > counted_from_s);
  const refused = Object.entries(watched.refused).filter(([status]) => status !== '404').reduce((sum, [, count]) => sum + count, 0);
  return {
    minutes, is_warm: counted_from_s >= warm_up_s, rss: slope(counted.map(({ at_s, rss_kib: kib }) => [at_s, kib])),
    allocated: slope(counted.map(({ at_s, allocated_kib: kib }) => [at_s, kib])), live_media: slope(counted.map(({ at_s, memfd_kib: kib }) => [at_s, kib])),
    rss_mib_at_end: samples.at(-1).rss_kib / 1024, viewers_left: watched.left + watched.streams_ended, streams_ended: pushed.stopped,
    errors: watched.errors + refused + pushed.failures, between_streams: watched.refused['404'] ?? 0, samples,
  };
}
