/** What tests ask of a playing channel, beside hlscheck. */
import assert from 'node:assert/strict';
import HlsParser from 'hls-parser';
import { Parser } from 'm3u8-parser';
import { check_all, real_client, summary, table, walk } from '../../conformance/hlscheck.mjs';
import { Playlist } from '../../conformance/lib/playlist.mjs';
import { all_rules } from '../../conformance/rules/index.mjs';
import { PATIENCE_MS, until } from './wait.mjs';

/** A machine that is busy elsewhere holds up one walk; an origin that is late holds up each. */
const WALKS_MAX = 3;

/** Walks a channel and fails with the table of broken rules. @returns the verdicts */
export async function expect_conformance(url, options) {
  const client = real_client();
  try {
    for (let walks = 1; ; walks += 1) {
      const verdicts = check_all(await walk(client, url, options), all_rules);
      if (walks < WALKS_MAX && verdicts.some(({ late }) => late > 0) && verdicts.every(({ failed, late }) => failed === late)) continue;
      assert.equal(summary(verdicts).failed, 0, `${url}, walk ${walks}\n${table(verdicts, { failures_only: true })}`);
      return verdicts;
    }
  } finally {
    client.close();
  }
}

/** The address of a channel's (only) media playlist. */
export async function media_playlist_url(url) {
  const answer = await fetch(url);
  const text = await answer.text();
  assert.equal(answer.status, 200, text);
  const playlist = new Playlist(text);
  return new URL(playlist.variants[0].uri, url).href;
}

/** @param {string} url of a media playlist */
export async function read_playlist(url) {
  const answer = await fetch(url);
  assert.equal(answer.status, 200, `${url} gives ${answer.status}`);
  return new Playlist(await answer.text());
}

/** Waits until a channel's playlist holds so many seconds. @param {string} url multivariant */
export async function until_media(url, seconds) {
  const media_url = await until('a multivariant playlist', () => media_playlist_url(url));
  await until(`${seconds} s of media`, async () => (await read_playlist(media_url)).duration >= seconds, { timeout_ms: PATIENCE_MS + seconds * 1000, every_ms: 250 });
  return media_url;
}

/** hls-parser takes three target durations for three segments, and knows no INDEPENDENT short parts. */
const HLS_PARSER_QUIRKS = [/Remove EXT-X-PART tags/, /All Partial Segments except the last/];

function parse_with_hls_parser(text) {
  const complaints = [];
  const { error } = console;
  console.error = (words) => { complaints.push(String(words)); };
  try {
    return { playlist: HlsParser.parse(text), complaints: complaints.filter((words) => !HLS_PARSER_QUIRKS.some((quirk) => quirk.test(words))) };
  } finally {
    console.error = error;
  }
}

/** Two readers that others wrote see in a playlist what ours sees. @param {string} text */
export function expect_other_readers_agree(text) {
  const ours = new Playlist(text);
  const parser = new Parser();
  parser.push(text);
  parser.end();
  const theirs = parser.manifest;
  assert.equal(theirs.targetDuration, ours.target_duration);
  assert.equal(theirs.mediaSequence, ours.media_sequence);
  assert.equal(theirs.partTargetDuration, ours.part_target);
  assert.equal(theirs.serverControl.canBlockReload, true);
  assert.deepEqual(theirs.segments.filter((segment) => segment.uri).map((segment) => segment.uri), ours.complete.map((segment) => segment.uri));
  const their_parts = [...theirs.segments, theirs.preloadSegment ?? {}].flatMap((segment) => segment.parts ?? []).map((part) => part.uri);
  assert.deepEqual([...new Set(their_parts)], ours.parts.map((part) => part.uri));

  const { playlist: third, complaints } = parse_with_hls_parser(text);
  assert.deepEqual(complaints, []);
  assert.equal(third.isMasterPlaylist, false);
  assert.equal(third.targetDuration, ours.target_duration);
  assert.equal(third.partTargetDuration, ours.part_target);
  assert.equal(third.lowLatencyCompatibility.canBlockReload, true);
  assert.deepEqual(third.segments.filter((segment) => segment.uri).map((segment) => segment.uri), ours.complete.map((segment) => segment.uri));
  assert.deepEqual(third.segments.flatMap((segment) => segment.parts).filter((part) => !part.hint).map((part) => part.uri), ours.parts.map((part) => part.uri));
}

/** The same of a multivariant playlist. @param {string} text */
export function expect_other_readers_agree_on_variants(text) {
  const ours = new Playlist(text);
  const told = ours.variants.map(({ tag, uri }) => [uri, Number(tag.attributes.get('BANDWIDTH').raw), tag.attributes.get('CODECS').text]);
  const parser = new Parser();
  parser.push(text);
  parser.end();
  assert.deepEqual(parser.manifest.playlists.map(({ uri, attributes }) => [uri, attributes.BANDWIDTH, attributes.CODECS]), told);
  const { playlist: third, complaints } = parse_with_hls_parser(text);
  assert.deepEqual(complaints, []);
  assert.equal(third.isMasterPlaylist, true);
  assert.deepEqual(third.variants.map(({ uri, bandwidth, codecs }) => [uri, bandwidth, codecs]), told);
}
