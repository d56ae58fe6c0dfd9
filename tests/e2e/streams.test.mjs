/**
 * ffmpeg publishes; ffmpeg, ffprobe, hlscheck and two playlist parsers judge what comes out. All
 * films run at once on one server: that is also a test.
 */
import assert from 'node:assert/strict';
import { after, before, describe, test } from '../lib/limited.mjs';
import { Publisher, decode_errors, flashes_and_beeps, probe_packets } from './lib/ffmpeg.mjs';
import {
  expect_conformance, expect_other_readers_agree, expect_other_readers_agree_on_variants, read_playlist, until_media,
} from './lib/judge.mjs';
import { film_file, films } from './lib/material.mjs';
import { Shopcast } from './lib/shopcast.mjs';

const FILM_S = 90;
/** Enough that a delta update skips segments: past CAN-SKIP-UNTIL. */
const WINDOW_S = 31;
const AV_APART_S_MAX = 0.04;

/** What is particular about a film: the longest step between frames, in seconds. */
const longest_step_s = { rate_5: 0.2, rate_variable: 0.8, rate_29_97: 0.034, rate_60: 0.018 };

/** Decode times grow, without holes, and nothing is shown before it is decoded. */
function expect_steady(packets, kind, step_s) {
  const own = packets.filter((packet) => packet.type === kind);
  assert.ok(own.length > 4, `${own.length} ${kind} packets`);
  for (let index = 1; index < own.length; index += 1) {
    const apart_s = own[index].dts - own[index - 1].dts;
    assert.ok(apart_s > 0, `${kind} goes back at ${own[index].dts}`);
    assert.ok(apart_s < step_s * 1.5 + 0.002, `${kind} has a hole of ${apart_s.toFixed(3)} s at ${own[index].dts}`);
  }
  assert.ok(own.every((packet) => packet.pts >= packet.dts - 0.0005), `${kind} is shown before it is decoded`);
}

/** Every flash has its beep. */
function expect_in_step({ flashes, beeps }) {
  const inner = flashes.filter((time) => time > beeps[0] - 0.5 && time < beeps.at(-1) + 0.5);
  assert.ok(inner.length >= 4, `flashes ${flashes}, beeps ${beeps}`);
  for (const flash of inner) {
    const apart_s = Math.min(...beeps.map((beep) => Math.abs(beep - flash)));
    assert.ok(apart_s <= AV_APART_S_MAX, `sound and picture are ${(apart_s * 1000).toFixed(1)} ms apart at ${flash}`);
  }
}

describe('every kind of encoder', { concurrency: true }, () => {
  /** @type {Shopcast} */
  let server;
  before(async () => {
    for (const name of Object.keys(films)) await film_file(name, FILM_S);
    server = await Shopcast.start('streams');
  });
  after(() => server?.clear());

  for (const [name, film] of Object.entries(films)) {
    test(name, { timeout: 300_000 }, async () => {
      const id = name.replaceAll('_', '-');
      const channel = await server.create_channel(id);
      const publisher = Publisher.of_file(await film_file(name, FILM_S), channel.publish_url);
      try {
        await judge(server, id, name, film, publisher);
        assert.equal(publisher.errors, '', 'the encoder had nothing to complain about');
      } finally {
        await publisher.vanish();
      }
    });
  }
});

async function judge(server, id, name, film, publisher) {
  await server.until_state(id, 'live');
  const url = server.url(`/live/${id}/index.m3u8`);
  await until_media(url, 6);
  const [packets, signs, errors] = await Promise.all([
    probe_packets(url, 8),
    film.video && film.audio ? flashes_and_beeps(url, 9) : null,
    decode_errors(url, 6),
  ]);
  if (film.video) expect_steady(packets, 'video', longest_step_s[name] ?? 1 / 30);
  if (film.audio) expect_steady(packets, 'audio', 1024 / 48000);
  assert.equal(packets.some((packet) => packet.type === 'video'), Boolean(film.video));
  assert.equal(packets.some((packet) => packet.type === 'audio'), Boolean(film.audio));
  if (signs) expect_in_step(signs);
  assert.equal(errors, '', 'the decoder had nothing to complain about');

  const media_url = await until_media(url, WINDOW_S);
  const playlist = await read_playlist(media_url);
  expect_other_readers_agree(playlist.text);
  expect_other_readers_agree_on_variants(await (await fetch(url)).text());
  await expect_description(server, id, name, film, playlist);
  const verdicts = await expect_conformance(url, { seconds: 10, history_segments: 12, end: async () => { await publisher.stop(); } });
  for (const rule of ['delta-skips', 'delta-rebuilds', 'hint-complete', 'end-list']) {
    assert.ok(verdicts.find((verdict) => verdict.rule.id === rule).checked > 0, `${rule} was not met`);
  }
}

/** What the API says of the stream is so, and long keyframe intervals are advised against. */
async function expect_description(server, id, name, film, playlist) {
  const { stream } = await server.channel(id);
  assert.equal(stream.video === null, !film.video);
  assert.equal(stream.audio === null, !film.audio);
  if (film.video) {
    assert.deepEqual([stream.video.width, stream.video.height], [320, 180]);
    assert.match(stream.video.codec, /^avc1\.[0-9a-f]{6}$/);
  }
  if (film.audio) assert.deepEqual([stream.audio.codec, stream.audio.sample_rate, stream.audio.channels], ['mp4a.40.2', 48000, 2]);
  const long_gop = stream.health.find((item) => item.code === 'long_keyframe_interval');
  assert.equal(Boolean(long_gop), name === 'gop250_b', JSON.stringify(stream.health));
  if (long_gop) assert.match(long_gop.advice, /keyframe interval/i);
  assert.equal(playlist.independent_segments, name !== 'gop250_b');
}
