/** Encoders that do things their own way, and those that must be told no. */
import assert from 'node:assert/strict';
import net from 'node:net';
import { after, before, describe, test } from '../lib/limited.mjs';
import { encode_amf0 } from './lib/amf0.mjs';
import { Publisher } from './lib/ffmpeg.mjs';
import { expect_conformance, media_playlist_url, read_playlist, until_media } from './lib/judge.mjs';
import { film_file } from './lib/material.mjs';
import { OddPublisher } from './lib/odd_publisher.mjs';
import { RtmpClient, TYPES } from './lib/rtmp_client.mjs';
import { Shopcast } from './lib/shopcast.mjs';
import { event_of, until } from './lib/wait.mjs';

const FILM_S = 90;

/** @type {Shopcast} */
let server;
let file;
before(async () => {
  file = await film_file('gop30', FILM_S);
  server = await Shopcast.start('rtmp');
});
after(() => server?.clear());

const url_of = (name) => server.url(`/live/${name}/index.m3u8`);

/** @type {Record<string, import('./lib/odd_publisher.mjs').Ways>} */
const ways = {
  'simple-handshake-small-chunks': { client: { handshake: 'simple' } },
  'digest-schema-0': { client: { handshake: 'digest0', chunk_size: 4096 } },
  'digest-schema-1': { client: { handshake: 'digest1', chunk_size: 65_536 } },
  'wide-chunk-stream-ids': { client: { chunk_size: 1000, chunk_stream_ids: { [TYPES.VIDEO]: 64, [TYPES.AUDIO]: 400 } } },
  'bytes-in-dribbles': { client: { chunk_size: 4096, bytes_at_once: 700 } },
  'no-metadata': { client: { chunk_size: 4096 }, metadata: false },
  'key-with-query': { client: { chunk_size: 4096 }, query: '?user=me&x=1' },
  'aggregates': { client: { chunk_size: 4096 }, aggregate: 4 },
  'over-24-bits': { client: { chunk_size: 4096 }, shift_ms: 0xffffff - 2500 },
  'over-24-bits-old-ffmpeg': { client: { omit_extended: true }, shift_ms: 0xffffff - 2500 },
  'over-31-bits': { client: { chunk_size: 4096 }, shift_ms: 2 ** 31 - 2500 },
  'over-32-bits': { client: { chunk_size: 4096 }, shift_ms: 2 ** 32 - 2500 },
};

describe('publishers of many habits', { concurrency: true }, () => {
  for (const [name, way] of Object.entries(ways)) {
    test(name, async () => {
      const channel = await server.create_channel(name);
      const publisher = await OddPublisher.start(server.rtmp, channel.stream_key, file, way);
      try {
        const media_url = await until_media(url_of(name), 6);
        await expect_conformance(url_of(name), { seconds: 2, probes: false });
        const playlist = await read_playlist(media_url);
        assert.ok(!playlist.segments.some((segment) => segment.discontinuity), 'one unbroken stream');
        assert.ok(Math.abs(playlist.duration - publisher.sent_ms / 1000) < 2.5, `${playlist.duration} s of ${publisher.sent_ms} ms`);
      } finally {
        await publisher.stop();
      }
    });
  }

  for (const lossy of [false, true]) {
    test(`an encoder that holds its breath, frames ${lossy ? 'lost' : 'late'}: gaps, then the picture again`, async () => {
      const name = lossy ? 'stalls-lossy' : 'stalls';
      const channel = await server.create_channel(name);
      const publisher = await OddPublisher.start(server.rtmp, channel.stream_key, file, { client: { chunk_size: 4096 }, lossy });
      try {
        const media_url = await until_media(url_of(name), 6);
        const verdicts = await expect_conformance(url_of(name), { seconds: 1, probes: false, stall: () => publisher.hold() });
        assert.ok(verdicts.find((verdict) => verdict.rule.id === 'stall-released').checked > 0);
        assert.ok((await read_playlist(media_url)).parts.some((part) => part.gap), 'gaps fill the silence');
        await until('parts after the gaps', async () => !(await read_playlist(media_url)).parts.at(-1)?.gap);
        await expect_conformance(url_of(name), { seconds: 4, probes: false });
      } finally {
        await publisher.stop();
      }
    });
  }

  test('parameter sets repeated in band and in new sequence headers change nothing', async () => {
    const channel = await server.create_channel('repeats');
    let header = null;
    const change = (tag) => {
      if (tag.type !== TYPES.VIDEO) return [tag];
      if (tag.body[1] === 0) header = tag.body;
      const key = tag.body[0] >> 4 === 1 && tag.body[1] === 1;
      return key && header ? [{ ...tag, body: header }, with_parameter_sets(tag, header)] : [tag];
    };
    const publisher = await OddPublisher.start(server.rtmp, channel.stream_key, file, { client: { chunk_size: 4096 }, change });
    try {
      const media_url = await until_media(url_of('repeats'), 6);
      await expect_conformance(url_of('repeats'), { seconds: 2, probes: false });
      assert.ok(!(await read_playlist(media_url)).segments.some((segment) => segment.discontinuity));
    } finally {
      await publisher.stop();
    }
  });

  test('a second stream on the same connection', async () => {
    const channel = await server.create_channel('again');
    const publisher = await OddPublisher.start(server.rtmp, channel.stream_key, file, { client: { chunk_size: 4096 } });
    const first_url = await until_media(url_of('again'), 4);
    await publisher.client.send(TYPES.COMMAND, command('FCUnpublish', channel.stream_key));
    await publisher.client.send(TYPES.COMMAND, command('deleteStream', publisher.client.stream_id));
    await until('the end of the first', async () => (await read_playlist(first_url)).ended);
    const [, , , stream_id] = await publisher.client.call('createStream', null);
    publisher.client.stream_id = stream_id;
    const status = await publisher.client.publish(channel.stream_key);
    assert.equal(status.code, 'NetStream.Publish.Start', status.description);
    const second = new OddPublisher(publisher.client, {});
    second.playing = second.play(file);
    try {
      const second_url = await until('another stream', async () => {
        const now = await media_playlist_url(url_of('again'));
        return now === first_url ? null : now;
      });
      assert.ok((await read_playlist(first_url)).ended, 'the first keeps its end');
      await until('its media', async () => (await read_playlist(second_url)).duration > 3);
    } finally {
      await publisher.stop();
      await second.stop();
    }
  });

  test('a stream whose parameters change announces a discontinuity', async () => {
    const channel = await server.create_channel('changes');
    const other = await film_file('rate_60', FILM_S);
    const publisher = await OddPublisher.start(server.rtmp, channel.stream_key, file, { client: { chunk_size: 4096 } });
    await until_media(url_of('changes'), 5);
    const { client, sent_ms } = publisher;
    // The same connection goes on with another film: new parameter sets, later timestamps.
    Object.defineProperty(publisher, 'ways', { value: {} });
    await publisher.hold();
    await until('the film to rest', () => publisher.sent_ms >= sent_ms);
    const second = new OddPublisher(client, { shift_ms: publisher.sent_ms + 40 });
    second.playing = second.play(other);
    try {
      const media_url = await media_playlist_url(url_of('changes'));
      const playlist = await until('a discontinuity', async () => {
        const now = await read_playlist(media_url);
        return now.complete.some((segment) => segment.discontinuity) ? now : null;
      });
      assert.equal(new Set(playlist.segments.map((segment) => segment.map_uri)).size, 2, 'two initialization sections');
      await expect_conformance(url_of('changes'), { seconds: 3, probes: false });
    } finally {
      client.close();
      await second.stop();
    }
  });
});

describe('publishers that are refused', { concurrency: true }, () => {
  test('a wrong key is refused in words that ffmpeg prints', async () => {
    const publisher = Publisher.of_file(file, `rtmp://${server.rtmp}/live/live_${'a'.repeat(32)}`);
    assert.notEqual(await publisher.closed, 0);
    assert.match(publisher.errors, /stream key/i);
    assert.ok(!publisher.errors.includes('Broken pipe'), publisher.errors);
  });

  test('a wrong key gets an error status, then the connection ends', async () => {
    const client = await RtmpClient.connect(server.rtmp);
    await client.open();
    const status = await client.publish('live_wrong');
    assert.equal(status.level, 'error');
    assert.match(status.code, /^NetStream\.Publish\.(BadName|Denied|Unauthorized)$/);
    assert.match(status.description, /stream key/i);
    await client.until_closed();
  });

  test('HEVC is refused in words', async () => {
    const channel = await server.create_channel('hevc');
    const client = await RtmpClient.connect(server.rtmp, { chunk_size: 4096 });
    await client.open('live', { fourCcList: ['hvc1', 'avc1'] });
    assert.equal((await client.publish(channel.stream_key)).code, 'NetStream.Publish.Start');
    // IsExHeader, key frame, SequenceStart, FourCC hvc1.
    await client.media(TYPES.VIDEO, 0, Buffer.concat([Buffer.from([0x90]), Buffer.from('hvc1'), Buffer.alloc(23, 1)]));
    const refusal = await until('a refusal', () => client.status('error'));
    assert.match(refusal.description, /HEVC|H\.265|hvc1/i);
    assert.match(refusal.description, /H\.264/i, 'says what to use instead');
    await client.until_closed();
  });

  test('Enhanced RTMP is answered in connect', async () => {
    const client = await RtmpClient.connect(server.rtmp);
    await client.call('connect', { app: 'live', tcUrl: 'rtmp://127.0.0.1/live', fourCcList: ['*'] });
    const [name, , properties, info] = client.commands.find((command) => command[0] === '_result');
    assert.equal(name, '_result');
    assert.equal(info.code, 'NetConnection.Connect.Success');
    const told = JSON.stringify({ ...properties, ...info });
    assert.match(told, /fourCcList|videoFourCcInfoMap/);
    assert.match(told, /avc1/);
    client.close();
  });

  test('what is no RTMP is shown the door', async () => {
    const socket = net.connect({ host: server.rtmp.split(':')[0], port: Number(server.rtmp.split(':')[1]) });
    socket.on('error', () => {});
    socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n'.padEnd(4000, '.'));
    socket.resume();
    await event_of('the server to hang up', socket, 'close');
  });

  test('a message that is too large ends the connection, not the server', async () => {
    const channel = await server.create_channel('too-large');
    const client = await RtmpClient.connect(server.rtmp, { chunk_size: 0xffffff });
    await client.open();
    await client.publish(channel.stream_key);
    client.media(TYPES.VIDEO, 0, Buffer.alloc(12 * 1024 * 1024)).catch(() => {});
    await client.until_closed();
    assert.equal((await fetch(server.url('/healthz'))).status, 200);
  });
});

/** A video tag with SPS and PPS of `header` in front of its NAL units. */
function with_parameter_sets(tag, header) {
  const record = header.subarray(5);
  const sps = record.subarray(8, 8 + record.readUInt16BE(6));
  const pps_at = 8 + sps.length + 1;
  const pps = record.subarray(pps_at + 2, pps_at + 2 + record.readUInt16BE(pps_at));
  const prefixed = (unit) => Buffer.concat([Buffer.from([0, 0, unit.length >> 8, unit.length & 255]), unit]);
  return { ...tag, body: Buffer.concat([tag.body.subarray(0, 5), prefixed(sps), prefixed(pps), tag.body.subarray(5)]) };
}

/** A command without an answer. */
function command(name, argument) {
  return encode_amf0(name, 0, null, argument);
}
