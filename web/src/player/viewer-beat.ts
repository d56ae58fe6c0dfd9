import { reportViewer } from '../api/client';
import type { Audience } from '../api/types';
import type { PlaybackFigures } from './playback-report';
import { randomKey } from '../api/random-key';

const beatMs = 15_000;

/** Tells the server that this page really shows the channel: at once when pictures move, then every 15 s. */
export class ViewerBeat {
  private readonly viewer = randomKey();
  private lastBeatMs = -Infinity;

  constructor(
    private readonly channel: string,
    private readonly takeFigures: () => PlaybackFigures,
    private readonly onAudience: (audience: Audience) => void,
  ) {}

  /** Call often while the playhead advances, and only then. */
  onPlaying(nowMs: number): void {
    if (nowMs - this.lastBeatMs < beatMs) return;
    this.lastBeatMs = nowMs;
    void reportViewer(this.channel, this.viewer, this.takeFigures()).then((answer) => {
      if (answer.kind === 'ok') this.onAudience(answer.value);
    });
  }
}
