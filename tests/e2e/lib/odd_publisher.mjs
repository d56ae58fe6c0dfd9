/** Plays a film file over RtmpClient at its own speed, in whatever odd way a test asks for. */
import { readFileSync } from 'node:fs';
import { RtmpClient, TYPES, aggregate_body, flv_tags } from './rtmp_client.mjs';
import { pause } from './wait.mjs';

/**
 * @typedef {object} Ways
 * @property {import('./rtmp_client.mjs').Options} [client]
 * @property {string} [query]          after the key in publish
 * @property {number} [shift_ms]       added to every timestamp
 * @property {boolean} [metadata]      whether onMetaData is sent (default: yes)
 * @property {boolean} [lossy]         what was due while it was held is lost, not sent later
 * @property {number} [aggregate]      so many tags in one aggregate message
 * @property {(tag: any) => any[]} [change]  what is sent instead of a tag
 */

export class OddPublisher {
  #pause = null;
  #stopped = false;

  /** @param {RtmpClient} client @param {Ways} ways */
  constructor(client, ways) {
    this.client = client;
    this.ways = ways;
    this.sent_ms = 0;
  }

  /**
   * Connects, publishes, and begins to send. Throws when the server refuses.
   * @param {string} address @param {string} key @param {string} file @param {Ways} [ways]
   */
  static async start(address, key, file, ways = {}) {
    const client = await RtmpClient.connect(address, ways.client);
    await client.open();
    const status = await client.publish(`${key}${ways.query ?? ''}`);
    if (status.code !== 'NetStream.Publish.Start') throw new Error(`${status.code}: ${status.description}`);
    const publisher = new OddPublisher(client, ways);
    publisher.playing = publisher.play(file);
    publisher.playing.catch(() => {});
    return publisher;
  }

  /** @param {string} file */
  async play(file) {
    const { shift_ms = 0, metadata = true, aggregate = 1, lossy = false, change = (tag) => [tag] } = this.ways;
    const tags = flv_tags(readFileSync(file)).filter((tag) => metadata || tag.type !== TYPES.DATA).flatMap(change);
    let began_ms = Date.now();
    for (let at = 0; at < tags.length && !this.#stopped && !this.client.closed; at += aggregate) {
      while (this.#pause && !this.client.closed) {
        // Alive, but without a frame: what an encoder's dead capture card looks like.
        await this.client.send(3, Buffer.alloc(4));
        await pause(500);
        if (lossy) at = next_keyframe(tags, Date.now() - began_ms);
        else began_ms += 500;
      }
      if (at >= tags.length) return;
      const group = tags.slice(at, at + aggregate).map((tag) => ({ ...tag, timestamp: tag.timestamp + shift_ms }));
      const due_ms = began_ms + group[0].timestamp - shift_ms;
      if (due_ms > Date.now()) await pause(due_ms - Date.now());
      if (group.length > 1) await this.client.media(TYPES.AGGREGATE, group[0].timestamp, aggregate_body(group));
      else await this.client.media(group[0].type, group[0].timestamp, group[0].body);
      this.sent_ms = group[0].timestamp - shift_ms;
    }
  }

  /** As walk() wants its stall. */
  async hold() {
    this.#pause = true;
    return async () => { this.#pause = null; };
  }

  async stop() {
    this.#stopped = true;
    await this.playing.catch(() => {});
    this.client.close();
  }
}

/** Where the first key frame at or after a time stands. */
function next_keyframe(tags, time_ms) {
  const at = tags.findIndex(({ type, timestamp, body }) => type === TYPES.VIDEO && timestamp >= time_ms && body[0] >> 4 === 1 && body[1] === 1);
  return at < 0 ? tags.length : at;
}
