/** Viewers who hold playlist requests, at shopcast and at a loop that does nothing but send. */
import { get } from 'node:http';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { background_us_per_second, median } from '../lib/measure.mjs';
import { cpu_us } from '../lib/processes.mjs';
import { create_channels, rss_kib, start_bare, start_publishers, start_server, start_viewers, stop_server } from './programs.mjs';
import { begin_of_stream_ms, closing_times, newest_part, percentile, playlist_of, spread_ms, whole_waves } from './waves.mjs';

/** A delta update lists what is younger than CAN-SKIP-UNTIL, 24 s: from then on its size stays. */
const settle_ms = 30_000;

/** A server with one live channel, as new as its memory is meant to be. */
export class OneChannel {
  static async start({ bin, server_core, client_core, film, seconds }) {
    const channel = new OneChannel();
    channel.where = { bin, core: client_core };
    channel.server = await start_server(server_core);
    const { keys } = await create_channels(channel.server, 1);
    channel.publisher = start_publishers(channel.where, channel.server.rtmp, film, keys, seconds);
    await channel.publisher.ready;
    await channel.server.until_state('show-0', 'live');
    channel.begin_ms = await begin_of_stream_ms(channel.server.origin, 'show-0');
    return channel;
  }

  get pid() { return this.server.pid; }

  viewers(mode, count, seconds) {
    return start_viewers(this.where, this.server.http, ['show-0'], mode, count, seconds);
  }

  newest_part() {
    return newest_part(this.server.origin, 'show-0', this.begin_ms);
  }

  /** Waits for the publisher's end and gives what it wrote. */
  async finish() {
    const { trace, failures } = await this.publisher.done;
    await stop_server(this.server);
    if (failures > 0) throw new Error(`the publisher failed ${failures} times`);
    return trace;
  }
}

/** A run's viewers, with what the server's process spent from the moment all were there. */
async function watch(load, pid, background = 0) {
  const { at_ns: from_ns } = await load.ready;
  const before = cpu_us(pid);
  const began = process.hrtime.bigint();
  await sleep(1500);
  const rss = rss_kib(pid);
  const done = await load.done;
  const seconds = Number(process.hrtime.bigint() - began) / 1e9;
  const cpu = cpu_us(pid) - before - background * seconds;
  const answers = done.waves.filter(({ last_ns }) => last_ns > from_ns).reduce((sum, wave) => sum + wave.answers + wave.late, 0);
  return { done, rss, cpu_share: cpu / seconds / 1e6, us_per_answer: cpu / answers, answers };
}

/** A held playlist answer as shopcast sends it, with a place for the wave's number. */
async function recorded_answer(origin) {
  const { msn, part } = await newest_part(origin, 'show-0', 0);
  const url = new URL(`${await playlist_of(origin, 'show-0')}?_HLS_msn=${msn}&_HLS_part=${part}&_HLS_skip=YES`);
  return new Promise((resolve, reject) => {
    get(url, { headers: { 'Accept-Encoding': 'gzip' } }, async (answer) => {
      const lines = [];
      for (let at = 0; at < answer.rawHeaders.length; at += 2) lines.push(`${answer.rawHeaders[at]}: ${answer.rawHeaders[at + 1]}\r\n`);
      const pieces = [Buffer.from(`HTTP/1.1 200 OK\r\n${lines.join('')}X-Wave: 0000000000\r\n\r\n`)];
      for await (const piece of answer) pieces.push(piece);
      resolve(Buffer.concat(pieces));
    }).on('error', reject);
  });
}

/**
 * Part closed -> last of N held answers read: shopcast and the bare loop in turns.
 * @returns {Promise<Record<string, any>>}
 */
export async function measure_waves(options, folder) {
  const { viewers, runs, seconds, server_core, client_core, bin } = options;
  const per_run = 2 * (seconds + viewers / 2500 + 3);
  const channel = await OneChannel.start({ ...options, seconds: Math.ceil(runs * per_run + settle_ms / 1000) });
  const answer_file = join(folder, 'answer');
  await sleep(settle_ms);
  const answer = await recorded_answer(channel.server.origin);
  writeFileSync(answer_file, answer);
  const background = await background_us_per_second(channel.pid);
  const rss_before = rss_kib(channel.pid);
  const samples = { shopcast: [], 'bare loop': [] };
  let closings = [];
  const bare = start_bare({ bin, core: server_core }, answer_file);
  const { port } = await bare.ready;
  for (let run = 0; run < runs; ++run) {
    const turns = {
      shopcast: async () => {
        const load = channel.viewers('playlist', viewers, seconds);
        await load.ready;
        const newest = await channel.newest_part();
        const sample = await watch(load, channel.pid, background);
        closings.push({ waves: whole_waves(sample.done), newest, all: sample.done.waves });
        return sample;
      },
      'bare loop': () => watch(start_viewers({ bin, core: client_core }, `127.0.0.1:${port}`, ['x'], 'bare', viewers, seconds), bare.child.pid),
    };
    for (const name of run % 2 === 0 ? ['shopcast', 'bare loop'] : ['bare loop', 'shopcast']) {
      const sample = await turns[name]();
      samples[name].push(sample);
      const spreads = whole_waves(sample.done).map(spread_ms);
      console.log(`  run ${run + 1}  ${name.padEnd(11)} first to last of ${viewers}: p50 ${percentile(spreads, 50).toFixed(1)} ms, max ${Math.max(...spreads).toFixed(1)} ms  (${spreads.length} parts)  ${sample.us_per_answer.toFixed(2)} us CPU an answer`);
    }
  }
  const trace = await channel.finish();
  closings = closings.map(({ waves, newest, all }) => {
    const closed = closing_times(all, newest, trace);
    return waves.filter((wave) => closed.has(wave)).map((wave) => ({ first: (wave.first_ns - closed.get(wave)) / 1e6, last: (wave.last_ns - closed.get(wave)) / 1e6 }));
  }).flat();
  // A run's p99 is its slowest of 20 parts: one hiccup of the machine. So runs are compared, as everywhere.
  const p99_ms = (sample) => percentile(whole_waves(sample.done).map(spread_ms), 99);
  const ratios = samples.shopcast.map((sample, run) => p99_ms(sample) / p99_ms(samples['bare loop'][run]));
  const summary = (name) => {
    const spreads = samples[name].flatMap(({ done }) => whole_waves(done).map(spread_ms));
    const of = (field) => median(samples[name].map((sample) => sample[field]));
    return {
      waves: spreads.length, p50_ms: percentile(spreads, 50), p99_ms: median(samples[name].map(p99_ms)), max_ms: Math.max(...spreads), us_per_answer: of('us_per_answer'), cpu_share: of('cpu_share'),
      errors: errors_of(samples[name]), late: samples[name].reduce((sum, { done }) => sum + whole_waves(done).reduce((all, { late }) => all + late, 0), 0),
    };
  };
  const shopcast = summary('shopcast');
  shopcast.closed_to_first_ms = { p50: percentile(closings.map(({ first }) => first), 50), p99: percentile(closings.map(({ first }) => first), 99) };
  shopcast.closed_to_last_ms = { p50: percentile(closings.map(({ last }) => last), 50), p99: percentile(closings.map(({ last }) => last), 99) };
  shopcast.kib_per_viewer = (samples.shopcast[0].rss - rss_before) / viewers;
  return { shopcast, bare: summary('bare loop'), ratio: median(ratios), lowest: Math.min(...ratios), highest: Math.max(...ratios), answer_bytes: answer.length };
}

export function errors_of(samples) {
  return samples.reduce((sum, { done }) => sum + done.errors + Object.values(done.refused).reduce((all, count) => all + count, 0) + (done.viewers - done.ready), 0);
}

/** The same viewers with bodies: they fetch the film's every part. */
export async function measure_bodies(options) {
  const { viewers, seconds } = options;
  const channel = await OneChannel.start({ ...options, seconds: Math.ceil(2 * seconds + viewers / 2500 + settle_ms / 1000 + 10) });
  await sleep(settle_ms);
  const background = await background_us_per_second(channel.pid);
  const rss_before = rss_kib(channel.pid);
  const sample = await watch(channel.viewers('bodies', viewers, 2 * seconds), channel.pid, background);
  await channel.finish();
  const { done } = sample;
  const spreads = whole_waves(done).map(spread_ms);
  return {
    waves: spreads.length, p50_ms: percentile(spreads, 50), p99_ms: percentile(spreads, 99), parts: done.parts, parts_late: done.parts_late, errors: errors_of([sample]),
    mbit_per_s: (done.part_bytes * 8) / 1e6 / (2 * seconds), cpu_share: sample.cpu_share, us_per_viewer_second: (sample.cpu_share * 1e6) / viewers, kib_per_viewer: (sample.rss - rss_before) / viewers,
  };
}

/** Closing frame written -> part readable, one viewer with a request held for it; then memory of N idle connections. */
export async function measure_quiet(options) {
  const { viewers, seconds } = options;
  const watched = 4 * seconds;
  const channel = await OneChannel.start({ ...options, seconds: Math.ceil(watched + viewers / 2500 + 20) });
  const load = channel.viewers('hint', 1, watched);
  await load.ready;
  const newest = await channel.newest_part();
  const done = await load.done;
  const rss_before = rss_kib(channel.pid);
  const idle = channel.viewers('idle', viewers, 4);
  await idle.ready;
  await sleep(1000);
  const kib_per_viewer = (rss_kib(channel.pid) - rss_before) / viewers;
  const idle_done = await idle.done;
  const closed = closing_times(done.waves, newest, await channel.finish());
  const servable = [...closed].filter(([wave]) => wave.hint_ns > 0).map(([wave, at]) => (wave.hint_ns - at) / 1e6);
  return {
    servable: { parts: servable.length, p50_ms: percentile(servable, 50), p99_ms: percentile(servable, 99), max_ms: Math.max(...servable) },
    idle: { kib_per_viewer }, errors: errors_of([{ done }, { done: idle_done }]),
  };
}
