/** Recordings, and a disk that is full: it costs the recording and what would be saved, never the show. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from '../lib/limited.mjs';
import { Publisher, decode_errors, run } from './lib/ffmpeg.mjs';
import { media_playlist_url, read_playlist } from './lib/judge.mjs';
import { film_file } from './lib/material.mjs';
import { Shopcast, run_shopcast } from './lib/shopcast.mjs';
import { until } from './lib/wait.mjs';

const SETTINGS = '[recording]\nenabled = true\nkeep_free_mb = 0\n';

function recording_of(server, stream) {
  return join(server.data_folder, 'recordings', stream, 'index.m3u8');
}

test('a recording plays from its files, through a lost encoder and a killed server', { timeout: 180_000 }, async () => {
  const data_folder = mkdtempSync(join(tmpdir(), 'shopcast-e2e-'));
  let server = await Shopcast.start('recording-1', { data_folder, settings: SETTINGS });
  const channel = await server.create_channel('kept');
  const file = await film_file('gop30', 90);
  let publisher = Publisher.of_file(file, channel.publish_url);
  try {
    const { stream } = await server.until_state('kept', 'live');
    const segments = async () => server.metric('shopcast_recording_segments_total');
    await until('six segments', async () => await segments() >= 6);
    await server.stop('SIGKILL');
    await publisher.vanish();
    const before = readFileSync(recording_of(server, stream.id), 'utf8');

    server = await Shopcast.start('recording-2', { data_folder });
    publisher = Publisher.of_file(file, `rtmp://${server.rtmp}/live/${channel.stream_key}`);
    await until('three more segments', async () => await segments() >= 3);
    await publisher.stop();
    await until('the end in the file', () => readFileSync(recording_of(server, stream.id), 'utf8').endsWith('#EXT-X-ENDLIST\n'));
    const playlist = readFileSync(recording_of(server, stream.id), 'utf8');
    assert.ok(playlist.startsWith(before), 'what was recorded stays');
    assert.equal(playlist.match(/#EXT-X-DISCONTINUITY\n/g)?.length, 1);
    for (const name of playlist.split('\n').filter((line) => line !== '' && !line.startsWith('#'))) {
      assert.ok(existsSync(join(data_folder, 'recordings', stream.id, name)), name);
    }
    const { stdout } = await run('ffprobe', ['-v', 'error', '-allowed_extensions', 'ALL', '-show_entries', 'format=duration', '-of', 'csv=p=0', recording_of(server, stream.id)]);
    assert.ok(Number(stdout) >= 16, `${stdout} s recorded`);
    assert.equal(await server.metric('shopcast_recording_lost_segments_total'), 0);
  } finally {
    await publisher.vanish();
    await server.clear();
  }
});

/** A small disk of its own; null where mounting one is not allowed. */
function small_disk() {
  const folder = mkdtempSync(join(tmpdir(), 'shopcast-e2e-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=12m', 'shopcast-e2e', folder], { stdio: 'ignore' });
    return folder;
  } catch {
    rmSync(folder, { recursive: true });
    return null;
  }
}

test('a full disk: the show goes on, nothing is acknowledged that was not saved', { timeout: 180_000 }, async (context) => {
  const disk = small_disk();
  if (!disk) return context.skip('mounting a small disk needs root');
  const server = await Shopcast.start('disk-full', { data_folder: disk, settings: SETTINGS });
  const channel = await server.create_channel('show');
  const publisher = Publisher.of_file(await film_file('gop30', 90), channel.publish_url);
  const filler = join(disk, 'filler');
  try {
    await server.until_state('show', 'live');
    try {
      execFileSync('dd', ['if=/dev/zero', `of=${filler}`, 'bs=64k'], { stdio: 'ignore' });
    } catch { /* until it is full */ }
    await until('the recording loses segments', async () => await server.metric('shopcast_recording_lost_segments_total') >= 2);
    await until('an alarm in the log', () => server.event('recording.segment_lost'));
    const refused = await run_shopcast(['channel', 'create', 'another', '--data', disk]);
    assert.notEqual(refused.code, 0);
    assert.match(refused.stderr, /disk is full/);

    const url = server.url('/live/show/index.m3u8');
    const media_url = await media_playlist_url(url);
    const at = (await read_playlist(media_url)).media_sequence;
    assert.equal(await decode_errors(url, 6), '');
    assert.equal((await server.channel('show')).state, 'live');
    const playlist = await read_playlist(media_url);
    assert.ok(playlist.segments.length + playlist.media_sequence > at + 2, 'the playlist grows');
    assert.ok(!playlist.text.includes('#EXT-X-GAP'), 'without gaps');

    rmSync(filler);
    const written = await server.metric('shopcast_recording_segments_total');
    await until('it records again', async () => await server.metric('shopcast_recording_segments_total') > written);
    await server.create_channel('another');
  } finally {
    await publisher.vanish();
    await server.stop('SIGKILL');
    execFileSync('umount', ['-l', disk], { stdio: 'ignore' });
    rmSync(disk, { recursive: true, force: true });
  }
});
