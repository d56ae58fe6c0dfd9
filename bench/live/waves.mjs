/** What the viewers' waves say: a wave is every answer to the held requests for one part. */

/** @param {number[]} numbers @param {number} percent the value that this share of them does not exceed */
export function percentile(numbers, percent) {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((sorted.length * percent) / 100) - 1)] ?? NaN;
}

/** Waves that reached everybody: the first and last of a run are cut off by its beginning and end. */
export function whole_waves(done) {
  return done.waves.slice(1, -1).filter(({ answers, late }) => answers + late >= done.viewers);
}

/** Milliseconds from a wave's first byte at any viewer to its last byte at the last one. */
export function spread_ms({ first_ns, last_ns }) {
  return (last_ns - first_ns) / 1e6;
}

const AUDIO = 8;
const VIDEO = 9;
const AAC_FRAME_MS = (1024 / 48_000) * 1000;
const PARTS_PER_MSN_MAX = 1000;
const order = ({ msn, part }) => msn * PARTS_PER_MSN_MAX + part;

/** Where a part begins, in media time, from its own bytes: ISO/IEC 14496-12, 8.8.12 (tfdt). */
function begin_of_part_ms(bytes) {
  const at = bytes.indexOf('tfdt');
  const time = bytes[at + 4] === 1 ? Number(bytes.readBigUInt64BE(at + 8)) : bytes.readUInt32BE(at + 8);
  return time / 90; // the video track comes first
}

/** The media playlist's address. @returns {Promise<URL>} */
export async function playlist_of(origin, channel) {
  const multivariant = new URL(`/live/${channel}/index.m3u8`, origin);
  const uri = (await (await fetch(multivariant)).text()).split('\n').find((line) => line !== '' && !line.startsWith('#'));
  return new URL(uri, multivariant);
}

async function listed_parts(origin, channel) {
  const playlist = await playlist_of(origin, channel);
  const text = await (await fetch(playlist)).text();
  return [...text.matchAll(/#EXT-X-PART:DURATION=([\d.]+).*?URI="\d+-(\d+)\.(\d+)\.m4s"/g)]
    .map(([, seconds, msn, part]) => ({ msn: Number(msn), part: Number(part), duration_ms: Number(seconds) * 1000, at: (name) => new URL(name, playlist) }));
}

async function begin_of(part, { msn, part: index } = part) {
  return begin_of_part_ms(Buffer.from(await (await fetch(part.at(`0-${msn}.${index}.m4s`))).arrayBuffer()));
}

/** Where a stream's media time begins; asked within its first minute. */
export async function begin_of_stream_ms(origin, channel) {
  return begin_of((await listed_parts(origin, channel))[0], { msn: 0, part: 0 });
}

/** The newest listed part and where it ends. @returns {Promise<{msn: number, part: number, end_ms: number}>} */
export async function newest_part(origin, channel, stream_begin_ms) {
  const newest = (await listed_parts(origin, channel)).at(-1);
  return { msn: newest.msn, part: newest.part, end_ms: await begin_of(newest) - stream_begin_ms + newest.duration_ms };
}

/**
 * When the last byte of each part's closing frame had been written: a part is closed by the picture that begins the next
 * one and by the sound that reaches its end, whichever came last. The earliest frame that can be meant is taken, so
 * that what is measured from it is never too short.
 * @param {Record<string, any>[]} waves @param {{msn: number, part: number, end_ms: number}} newest when they began
 * @param {[number, number, number][]} trace what the publisher wrote: type, media time in ms, monotonic ns
 * @returns {Map<object, number>} by wave
 */
export function closing_times(waves, newest, trace) {
  const first_picture_ms = trace.find(([type]) => type === VIDEO)[1];
  const pictures = trace.filter(([type]) => type === VIDEO).map(([, ms, ns]) => [ms - first_picture_ms, ns]);
  const sounds = trace.filter(([type]) => type === AUDIO).map(([, ms, ns]) => [ms - first_picture_ms + AAC_FRAME_MS, ns]);
  const found = new Map();
  let { end_ms } = newest;
  for (const wave of [...waves].sort((a, b) => order(a) - order(b)).filter((each) => order(each) > order(newest))) {
    end_ms += wave.duration_s * 1000;
    // RTMP's times are whole milliseconds.
    const picture = pictures.find(([ms]) => ms >= end_ms - 1);
    const sound = sounds.find(([ms]) => ms >= end_ms - 1);
    if (picture && sound) found.set(wave, Math.max(picture[1], sound[1]));
  }
  return found;
}
