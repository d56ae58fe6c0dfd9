/** What clients see when the encoder holds its breath, and when it leaves. */
import { quoted_of } from './attributes.mjs';
import { answer_of } from './observation.mjs';

/** @param {import('./observation.mjs').Observation} seen */
export async function observe_stall(seen, stall) {
  const [rendition] = seen.renditions;
  const resume = await stall();
  const fresh = answer_of(await seen.fetch('playlist', rendition.url));
  if (!fresh) return;
  // What was on its way when the encoder stopped may still complete a part: ask for one more.
  const { target_duration } = fresh.playlist;
  const { msn, part } = fresh.playlist.next;
  const url = `${rendition.url}?_HLS_msn=${msn}&_HLS_part=${part + 2}`;
  const response = await seen.fetch('playlist', url, { blocking: true, timeout_ms: target_duration * 6000 });
  const answer = answer_of(response);
  seen.stalled = { response, part_seen: answer?.playlist.has(msn, part + 2) || answer?.playlist.ended || false };
  await resume();
}

/** @param {import('./observation.mjs').Observation} seen */
export async function observe_end(seen, end) {
  const [rendition] = seen.renditions;
  const before = answer_of(await seen.fetch('playlist', rendition.url));
  if (!before) return;
  const timeout_ms = before.playlist.target_duration * 6000;
  let hint_uri = null;
  await end();
  let now = before;
  while (now && !now.playlist.ended && seen.client.now_ms() < before.response.answered_ms + timeout_ms) {
    hint_uri = quoted_of(now.playlist.hints[0]?.attributes?.get('URI')) ?? hint_uri;
    const { msn, part } = now.playlist.next;
    now = answer_of(await seen.fetch('playlist', `${rendition.url}?_HLS_msn=${msn}&_HLS_part=${part}`, { blocking: true, timeout_ms }));
    if (now) rendition.updates.push({ asked: { msn, part }, full: now, delta: null, zipped: null, hinted: null, refused: [] });
  }
  const past = rendition.latest.last_msn + 50;
  seen.end = {
    latest: now,
    plain: answer_of(await seen.fetch('playlist', rendition.url)),
    directed: await seen.fetch('playlist', `${rendition.url}?_HLS_msn=${past}&_HLS_part=0&_HLS_skip=YES`, { timeout_ms }),
    hint_uri,
    hint: hint_uri && await seen.fetch('part', rendition.resolve(hint_uri), { timeout_ms }),
  };
}
