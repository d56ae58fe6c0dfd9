/** The walks over an observation that rules share. */

/**
 * @typedef {import('../lib/observation.mjs').Observation} Observation
 * @typedef {import('../lib/playlist.mjs').Playlist} Playlist
 */

/** Seconds that a rounded duration may be off. */
export const ROUNDING_S = 0.0015;

/** Every full playlist. @param {Observation} seen */
export function* each_playlist(seen) {
  for (const rendition of seen.renditions) {
    for (const update of rendition.updates) {
      if (update.full) yield { rendition, update, playlist: update.full.playlist, response: update.full.response };
    }
  }
}

/** Every full playlist with the one before it. @param {Observation} seen */
export function* each_pair(seen) {
  for (const rendition of seen.renditions) {
    const full = rendition.updates.filter((update) => update.full);
    for (let index = 1; index < full.length; index += 1) {
      yield { rendition, before: full[index - 1], after: full[index], one: full[index - 1].full.playlist, two: full[index].full.playlist };
    }
  }
}

/** Every segment seen, merged over the updates, with its parsed media. @param {Observation} seen */
export function* each_segment(seen) {
  for (const rendition of seen.renditions) {
    for (const segment of seen.media.get(rendition).segments) yield { rendition, segment };
  }
}

/** Every part whose bytes were read, in order. @param {Observation} seen */
export function* each_part(seen) {
  for (const { rendition, segment } of each_segment(seen)) {
    for (const [index, part] of segment.parts.entries()) {
      if (part.fragment) yield { rendition, segment, part, index, name: `${segment.msn}.${index}` };
    }
  }
}

/** Every run of samples: of parts where there are any, else of whole segments. @param {Observation} seen */
export function* each_run(seen) {
  for (const { rendition, segment } of each_segment(seen)) {
    const parted = segment.parts.length > 0 && segment.parts.every((part) => part.fragment);
    const pieces = parted ? segment.parts : [segment];
    for (const [index, piece] of pieces.entries()) {
      for (const chunk of piece.fragment?.chunks ?? []) {
        for (const run of chunk.runs) {
          const track = segment.init?.tracks.find((each) => each.id === run.track_id);
          if (track) yield { rendition, segment, chunk, run, track, name: parted ? `${segment.msn}.${index}` : `${segment.msn}` };
        }
      }
    }
  }
}

/** Every initialization section. @param {Observation} seen */
export function* each_init(seen) {
  for (const rendition of seen.renditions) {
    for (const [uri, { value, error }] of seen.media.get(rendition).inits) yield { rendition, uri, init: value ?? null, error };
  }
}

/** The samples of one track in a piece of media. */
export function samples_of(fragment, track) {
  return fragment.chunks.flatMap((chunk) => chunk.runs.filter((run) => run.track_id === track.id).flatMap((run) => run.samples));
}

/** The track whose durations the playlist tells: video, or audio where there is no picture. */
export function timing_track(init) {
  return init.video ?? init.audio;
}
