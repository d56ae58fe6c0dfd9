/** Ways to break the rules on playlists, by rule. */

const replace = (from, to) => ({ playlist: (text) => text.replaceAll(from, to) });
const in_multivariant = (from, to) => ({ multivariant: (text) => text.replaceAll(from, to) });
const HINT = /#EXT-X-PRELOAD-HINT[^\n]*\n/;
/** Parts that exist when a walk begins. */
const BEGIN = 160;

/** @type {[rule: string, words: string, mutation: any, options?: any][]} */
export const playlist_mutations = [
  ['multivariant-grammar', 'a lower-case attribute', in_multivariant('CODECS=', 'codecs=')],
  ['multivariant-grammar', 'segments beside variants', { multivariant: (text) => `${text}#EXTINF:2,\na.m4s\n` }],
  ['multivariant-bandwidth', 'no BANDWIDTH', in_multivariant('INF:BANDWIDTH=40000,', 'INF:')],
  ['multivariant-bandwidth', 'an average above the peak', in_multivariant('AVERAGE-BANDWIDTH=30000', 'AVERAGE-BANDWIDTH=40001')],
  ['multivariant-bandwidth-peak', 'a peak far below the real one', in_multivariant('INF:BANDWIDTH=40000,AVERAGE-BANDWIDTH=30000', 'INF:BANDWIDTH=900')],
  ['multivariant-codecs', 'another profile', in_multivariant('avc1.64001e', 'avc1.42c01e')],
  ['multivariant-codecs', 'no sound', in_multivariant(',mp4a.40.2', '')],
  ['multivariant-resolution', 'another size', in_multivariant('640x360', '1280x720')],
  ['multivariant-frame-rate', 'another rate', in_multivariant('30.000', '25.000')],
  ['multivariant-groups', 'a group that is not there', in_multivariant('FRAME-RATE', 'AUDIO="a",FRAME-RATE')],
  ['multivariant-constants', 'renditions differ', { playlist: (text, { name }) => (name === 'low' ? text.replace('HOLD-BACK=12.0', 'HOLD-BACK=13.0') : text) }],
  ['multivariant-aligned', 'one rendition is late', { playlist: (text, { name }) => (name === 'low' ? text.replaceAll('.000Z', '.100Z') : text) }],
  ['no-directives-in-uris', 'directives are passed on', replace('.m4s', '.m4s?_HLS_msn=1')],

  ['playlist-grammar', 'spaces in an attribute list', replace('PART-TARGET=', 'PART-TARGET= ')],
  ['playlist-grammar', 'no #EXTM3U', replace('#EXTM3U\n', '')],
  ['playlist-grammar', 'no milliseconds', replace('.000Z', 'Z')],
  ['playlist-single-tags', 'two versions', replace('#EXT-X-VERSION:6\n', '#EXT-X-VERSION:6\n#EXT-X-VERSION:6\n')],
  ['playlist-single-tags', 'no part target', replace('#EXT-X-PART-INF:PART-TARGET=0.5\n', '')],
  ['playlist-version', 'too low for EXT-X-MAP', replace('VERSION:6', 'VERSION:5')],
  ['playlist-version', 'too low for EXT-X-SKIP', replace('VERSION:9', 'VERSION:8')],
  ['target-duration', 'a segment too long', replace('EXTINF:2.00000', 'EXTINF:4.50000')],
  ['segment-is-its-parts', 'EXTINF is rounded', replace('EXTINF:2.00000', 'EXTINF:1.99')],
  ['server-control', 'hold back too small', replace('PART-HOLD-BACK=1.5', 'PART-HOLD-BACK=0.9')],
  ['server-control', 'HOLD-BACK too small', replace('HOLD-BACK=12.0', 'HOLD-BACK=11.9')],
  ['server-control', 'CAN-SKIP-UNTIL too small', replace('CAN-SKIP-UNTIL=24.0', 'CAN-SKIP-UNTIL=23.0')],
  ['server-control', 'no blocking', replace('CAN-BLOCK-RELOAD=YES,', '')],
  ['part-hold-back-recommended', 'two parts only', replace('PART-HOLD-BACK=1.5', 'PART-HOLD-BACK=1.0')],
  ['live-window', 'twenty segments', { window_segments: 20 }],
  ['no-playlist-type', 'EVENT', replace('#EXT-X-MEDIA-SEQUENCE', '#EXT-X-PLAYLIST-TYPE:EVENT\n#EXT-X-MEDIA-SEQUENCE')],
  ['program-date-time', 'missing', { playlist: (text) => text.replace(/#EXT-X-PROGRAM[^\n]*6\.000Z\n/g, '') }],
  ['program-date-time', 'jitters', { playlist: (text) => text.replace(/6\.000Z/g, '6.040Z') }],
  ['preload-hint', 'missing', { playlist: (text) => text.replace(HINT, '') }],
  ['preload-hint', 'missing after a whole segment', { playlist: (text) => text.replace(/(m4s\n)#EXT-X-PRELOAD-HINT[^\n]*\n/, '$1') }],
  ['preload-hint', 'twice', { playlist: (text) => text.replace(HINT, '$&$&') }],
  ['preload-hint', 'at the start', { playlist: (text) => text.replace(HINT, '').replace('#EXT-X-PART-INF', `${HINT.exec(text)?.[0] ?? ''}#EXT-X-PART-INF`) }],
  ['rendition-reports', 'missing', { playlist: (text) => text.replace(/#EXT-X-RENDITION-REPORT[^\n]*\n/, '') }],
  ['rendition-reports', 'without its part', { playlist: (text) => text.replace(/,LAST-PART=\d/, '') }],
  ['rendition-reports', 'stale', { playlist: (text) => text.replace(/LAST-MSN=\d+/, 'LAST-MSN=3') }],
  ['map', 'none after a discontinuity', { playlist: (text) => text.replace(/(DISCONTINUITY\n)#EXT-X-MAP[^\n]*\n/g, '$1') }],
  ['map', 'none at all', { playlist: (text) => text.replace(/#EXT-X-MAP[^\n]*\n/g, '') }],
  ['unique-uris', 'a part stands twice', replace('.1.m4s', '.0.m4s')],
  ['unique-uris', 'absolute', replace('URI="2-', 'URI="http://fake/live/s/id/src/2-')],

  ['part-target', 'the average instead of the maximum', replace('PART-TARGET=0.5', 'PART-TARGET=0.49')],
  ['part-85-percent', 'a short part in the middle', { playlist: (text) => text.replace(/DURATION=0\.50000(,URI="[^"]*\.1\.m4s")/g, 'DURATION=0.40000$1') }],
  ['part-tags-first', 'the date-time after a part', { playlist: (text) => text.replace(/(#EXT-X-PROGRAM[^\n]*\n)(#EXT-X-PART:[^\n]*\n)/g, '$2$1') }],
  ['parts-near-the-edge', 'gone with the segment', { playlist: (text) => text.replace(/(#EXT-X-PART:[^\n]*\n)+#EXTINF/g, '#EXTINF') }],
  ['parts-near-the-edge', 'kept for ever', { parts_kept_ms: 60_000 }],

  ['constants', 'the part target grows', { playlist: (text, { count }) => (count > BEGIN + 6 ? text.replace('PART-TARGET=0.5', 'PART-TARGET=0.6') : text) }],
  ['sequence-grows', 'stands still', { playlist: (text) => text.replace(/MEDIA-SEQUENCE:\d+/, 'MEDIA-SEQUENCE:10') }],
  ['sequence-grows', 'starts again', { playlist: (text, { count }) => (count > BEGIN + 6 ? text.replace(/MEDIA-SEQUENCE:\d+/, 'MEDIA-SEQUENCE:0') : text) }],
  ['discontinuity-sequence', 'stands still', { playlist: (text) => text.replace(/DISCONTINUITY-SEQUENCE:\d+/, 'DISCONTINUITY-SEQUENCE:0') }],
  ['nothing-retroactive', 'EXTINF is corrected', { playlist: (text, { count }) => (count % 2 ? text.replaceAll('EXTINF:2.00000', 'EXTINF:2.00100') : text) }],
  ['nothing-retroactive', 'a discontinuity is remembered', { playlist: (text, { count }) => (count > BEGIN + 6 ? text.replace(/(#EXT-X-PROGRAM[^\n]*\n#EXTINF:2.00000,\n1-30\.m4s)/, '#EXT-X-DISCONTINUITY\n$1') : text) }],
  ['nothing-retroactive', 'a part changes', { playlist: (text, { count }) => (count % 2 ? text.replaceAll(',INDEPENDENT=YES', '') : text) }],
  ['parts-not-withdrawn', 'gone with the segment', { playlist: (text) => text.replace(/(#EXT-X-PART:[^\n]*\n)+#EXTINF/g, '#EXTINF') }],
  ['hint-becomes-part', 'another part comes', { playlist: (text) => text.replace(/(PRELOAD-HINT[^\n]*)\.\d\.m4s/, '$1.7.m4s') }],
  ['part-cadence', 'three seconds of nothing', { count: (count) => (count > BEGIN + 5 && count < BEGIN + 11 ? BEGIN + 5 : count) }],
  ['segment-cadence', 'eight seconds of nothing', { count: (count) => (count > BEGIN + 5 && count < BEGIN + 21 ? BEGIN + 5 : count) }, { seconds: 14 }],

  ['delta-rebuilds', 'EXTINF differs', { playlist: (text, { skipped }) => (skipped ? text.replace('EXTINF:2.00000', 'EXTINF:2.00100') : text) }],
  ['delta-rebuilds', 'one segment too few is skipped', { playlist: (text) => text.replace(/SKIPPED-SEGMENTS=(\d+)/, (_, count) => `SKIPPED-SEGMENTS=${count - 1}`) }],
  ['delta-boundary', 'skips up to 8 s', { skip_until_ms: 8000 }],
  ['delta-tag', 'in a full playlist', { playlist: (text, { skipped }) => (skipped ? text : text.replace('#EXT-X-INDEPENDENT', '#EXT-X-SKIP:SKIPPED-SEGMENTS=0\n#EXT-X-INDEPENDENT')) }],
];
