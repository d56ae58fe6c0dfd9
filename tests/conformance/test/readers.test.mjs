/** The readers the rules stand on, against what others wrote. */
import assert from 'node:assert/strict';
import { test } from '../../lib/limited.mjs';
import { float_of, integer_of, parse_attributes } from '../lib/attributes.mjs';
import { parse_boxes } from '../lib/boxes.mjs';
import { audio_config_of, parse_audio_config, parse_avc_record, parse_sps } from '../lib/codecs.mjs';
import { describe_flags, nal_types } from '../lib/fragment.mjs';
import { Playlist } from '../lib/playlist.mjs';

test('attribute lists', () => {
  const list = parse_attributes('TYPE=PART,URI="a,b=c.m4s",BYTERANGE-START=10,X=0.5');
  assert.equal(list.get('URI').text, 'a,b=c.m4s');
  assert.equal(list.get('URI').quoted, true);
  assert.equal(integer_of(list.get('BYTERANGE-START')), 10);
  assert.equal(float_of(list.get('X')), 0.5);
  assert.equal(integer_of(list.get('X')), null);
  assert.equal(integer_of(list.get('NONE')), null);
  for (const bad of ['', 'a=1', 'A', 'A=', 'A=1,', 'A=1, B=2', 'A=1,A=2', 'A="x', 'A=b c']) {
    assert.throws(() => parse_attributes(bad), SyntaxError, bad);
  }
});

test('a playlist of the specification (section 9, low latency)', () => {
  const playlist = new Playlist([
    '#EXTM3U', '#EXT-X-TARGETDURATION:4', '#EXT-X-VERSION:6',
    '#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,PART-HOLD-BACK=1.0,CAN-SKIP-UNTIL=12.0',
    '#EXT-X-PART-INF:PART-TARGET=0.33334', '#EXT-X-MEDIA-SEQUENCE:266',
    '#EXT-X-PROGRAM-DATE-TIME:2019-02-14T02:13:36.106Z', '#EXT-X-MAP:URI="init.mp4"', '#EXTINF:4.00008,', 'fileSequence266.mp4',
    '#EXT-X-PART:DURATION=0.33334,URI="filePart267.0.mp4"', '#EXT-X-PART:DURATION=0.33334,URI="filePart267.1.mp4",INDEPENDENT=YES',
    '#EXT-X-PRELOAD-HINT:TYPE=PART,URI="filePart267.2.mp4"',
    '#EXT-X-RENDITION-REPORT:URI="../1M/waitForMSN.php",LAST-MSN=267,LAST-PART=1', '',
  ].join('\n'));
  assert.deepEqual(playlist.problems, []);
  assert.equal(playlist.target_duration, 4);
  assert.equal(playlist.part_target, 0.33334);
  assert.deepEqual(playlist.next, { msn: 267, part: 2 });
  assert.equal(playlist.last_complete_msn, 266);
  assert.equal(playlist.segments[1].map_uri, 'init.mp4');
  assert.ok(playlist.has(267, 1));
  assert.ok(!playlist.has(267, 2));
  assert.equal(playlist.segments[1].parts[1].independent, true);
});

test('what a playlist does wrong is told', () => {
  const problems = (text) => new Playlist(text).problems.length;
  assert.equal(problems('#EXTM3U\n#EXTINF:2.0,\na\n'), 0);
  assert.equal(problems('#EXTM3U\n#EXTINF:2.0,\na'), 1, 'no end of the last line');
  assert.equal(problems('#EXTM3U\na\n'), 1, 'no EXTINF');
  assert.equal(problems('#EXTM3U\n#EXTINF:2.0\na\n'), 1, 'no comma');
  assert.equal(problems('#EXTM3U\n#EXTINF:2.0,\na\n#EXT-X-PART:URI="b"\n'), 1, 'no DURATION');
  assert.equal(problems('#EXTM3U\r\n#EXTINF:2.0,\r\na\r\n'), 0, 'lines may end with CR LF');
  assert.equal(problems('#EXTM3U\n #EXTINF:2.0,\na\n'), 3, 'white space before a tag');
});

test('boxes', () => {
  const free = Buffer.from('0000000c66726565aabbccdd', 'hex');
  const large = Buffer.from('000000016d6461740000000000000011ff', 'hex');
  const boxes = parse_boxes(Buffer.concat([free, large]), 100);
  assert.deepEqual(boxes.map(({ type, start, end }) => [type, start, end]), [['free', 100, 112], ['mdat', 112, 129]]);
  assert.equal(boxes[1].body.length, 1);
  assert.throws(() => parse_boxes(free.subarray(0, 11)), /does not fit/);
  assert.throws(() => parse_boxes(Buffer.concat([free, Buffer.alloc(3)])), /left over/);
  assert.throws(() => parse_boxes(Buffer.from('0000000466726565', 'hex')), /does not fit/);
});

test('H.264 and AAC configuration', () => {
  // x264, 640x360; and 1920x1080, whose height is cropped from 1088.
  const record = parse_avc_record(Buffer.from('0164001effe1001a6764001eacd940a02ff970110000030001000003003c0f162d9601000468ef8fcbfdf8f800', 'hex'));
  assert.equal(record.codec, 'avc1.64001e');
  assert.equal(record.length_size, 4);
  assert.deepEqual(parse_sps(record.sps[0]), { width: 640, height: 360 });
  assert.deepEqual(parse_sps(Buffer.from('67640028acd940780227e5c05a808080a0000003002000000781e3062cb0', 'hex')), { width: 1920, height: 1080 });
  assert.deepEqual(parse_audio_config(Buffer.from('1190', 'hex')), { object_type: 2, sample_rate: 48000, channels: 2, codec: 'mp4a.40.2' });
  assert.equal(parse_audio_config(Buffer.from('1210', 'hex')).sample_rate, 44100);
  // esds as ffmpeg writes it, with lengths of four bytes.
  const esds = Buffer.from('0380808025000200048080801740150000000001f4000001f4580580808005119056e500068080800102', 'hex');
  assert.equal(audio_config_of(esds).toString('hex'), '119056e500');
  assert.throws(() => parse_avc_record(Buffer.from('0264001effe1', 'hex')), /avcC/);
});

test('samples', () => {
  const sample = { bytes: Buffer.from('0000000206ff0000000165', 'hex') };
  assert.deepEqual(nal_types(sample, 4), [6, 5]);
  assert.throws(() => nal_types({ bytes: Buffer.from('0000000965', 'hex') }, 4), /does not fit/);
  assert.throws(() => nal_types({ bytes: Buffer.from('000000', 'hex') }, 4), /does not fit/);
  assert.deepEqual(describe_flags(0x02000000), { depends_on: 2, is_sync: true, independent: true });
  assert.deepEqual(describe_flags(0x01010000), { depends_on: 1, is_sync: false, independent: false });
});
