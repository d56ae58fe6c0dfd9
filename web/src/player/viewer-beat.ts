import { reportViewer, type Audience, type PlaybackFigures } from '../api/channels';
import { randomKey } from '../api/random-key';
import { nextTask } from '../shared/next-task';

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
    void this.report();
  }

  private async report(): Promise<void> {
    // Not in the task that found the picture moving, which draws the page anew.
    await nextTask();
    const outcome = await reportViewer(this.channel, this.viewer, this.takeFigures());
    if (outcome.ok) this.onAudience(outcome.value);
  }
}
