/**
 * What makes a video element play a live playlist. Two kinds exist: hls.js where the browser has (Managed)
 * MediaSource, else the browser's own HLS. An engine belongs to one element and one URL, and is thrown away
 * with them.
 */
export interface EngineEvents {
  /** Loading or decoding failed for now; the engine is already coming back. */
  onFault(): void;
  /** The playlist is gone (404 or 410): the channel's state has probably changed. */
  onGone(): void;
  /** Media ran dry while playing. */
  onStall(): void;
}

export interface LivePosition {
  latencySeconds: number;
  targetSeconds: number;
  deliverySeconds: number;
}

export interface Engine {
  readonly kind: 'hls' | 'native';
  /** Playhead against live edge; null while unknown. */
  position(): LivePosition | null;
  /** The wall-clock time (PROGRAM-DATE-TIME) of the frame at the playhead, epoch ms. */
  playingDateMs(): number | null;
  /** Called a few times a second: looks after itself. */
  tick(nowMs: number): void;
  /** Moves the playhead to the live position. */
  goLive(): void;
  /** True when speed may be adjusted by us. */
  readonly adjustable: boolean;
  destroy(): void;
}
