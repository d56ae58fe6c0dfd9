import { computed, effect, signal } from '@preact/signals';
import { fetchChannel, type Channel, type PlaybackFigures } from '../../api/channels';
import { Poller } from '../../api/poller';
import { serverClock } from '../../api/server-clock';
import { LivePlayer } from '../../player/live-player';
import { phaseOf, type Known, type Playback, type Phase } from '../../player/phase';
import { PlaybackReport } from '../../player/playback-report';
import { ViewerBeat } from '../../player/viewer-beat';

// The encoder is connected: the first picture is a second or two away.
const startingPollMs = 600;

/**
 * One visit to one channel: what the server says, what the player does, and the phase that follows from both.
 * The server decides what is shown: a stream it names is loaded, a new one replaces it.
 */
export class WatchSession {
  readonly channel = signal<Channel | null>(null);
  readonly known = signal<Known>('unknown');
  readonly sawEnd = signal(false);
  readonly player = signal<LivePlayer | null>(null);
  /** Server time, ticking each second, for "on air since". */
  readonly serverNowMs = signal(serverClock.nowMs());

  readonly playback = computed<Playback>(() => this.player.value?.playback.value ?? 'idle');
  readonly phase = computed<Phase>(() =>
    phaseOf({
      known: this.known.value,
      playback: this.playback.value,
      hasPlayed: this.player.value?.hasPlayed.value ?? false,
      sawEnd: this.sawEnd.value,
    }),
  );

  // What changes seldom is told apart from the channel, which is new with each answer.
  readonly title = computed(() => this.channel.value?.title ?? this.name);
  readonly shop = computed(() => this.channel.value?.shop ?? '');
  readonly missing = computed(() => this.phase.value === 'not-found');
  /** The picture moves, or will not: the rest of the page may have the line and the processor. */
  readonly settled = computed(() => this.phase.value !== 'connecting' && this.phase.value !== 'loading');
  /** Width over height; 16:9 until known. */
  readonly aspectRatio = computed(() => {
    const video = this.channel.value?.stream?.video;
    return video && video.width > 0 && video.height > 0 ? video.width / video.height : 16 / 9;
  });

  private readonly poller: Poller;
  private readonly beat: ViewerBeat;
  private readonly report = new PlaybackReport();
  private readonly stops: (() => void)[] = [];

  constructor(readonly name: string) {
    this.poller = new Poller(() => this.ask());
    const figures = (): PlaybackFigures => this.report.take(this.player.peek()?.delaySeconds.peek() ?? null);
    this.beat = new ViewerBeat(name, figures, ({ viewers }) => {
      const channel = this.channel.peek();
      if (channel) this.channel.value = { ...channel, viewers };
    });
  }

  start(): void {
    this.poller.start();
    const clock = setInterval(() => (this.serverNowMs.value = serverClock.nowMs()), 1000);
    this.stops.push(() => clearInterval(clock));
    // What plays ended or broke off: the server probably knows more already.
    this.stops.push(
      effect(() => {
        const playback = this.playback.value;
        this.report.onPlayback(playback, performance.now());
        if (playback === 'finished' || playback === 'stalled') this.poller.now();
      }),
    );
  }

  /** The page's video element exists from now on. */
  attach(video: HTMLVideoElement): void {
    this.player.value = new LivePlayer(video, {
      onGone: () => this.poller.now(),
      onAdvance: (nowMs) => this.beat.onPlaying(nowMs),
    });
    this.follow();
  }

  detach(): void {
    this.player.peek()?.destroy();
    this.player.value = null;
  }

  stop(): void {
    this.poller.stop();
    for (const stop of this.stops.splice(0)) stop();
    this.detach();
  }

  private async ask(): Promise<boolean> {
    const outcome = await fetchChannel(this.name);
    const missing = !outcome.ok && outcome.problem.status === 404;
    if (outcome.ok) {
      const { state } = outcome.value;
      this.channel.value = outcome.value;
      this.known.value = state;
      this.poller.hurryMs = state === 'starting' ? startingPollMs : null;
      if (state === 'ended') this.sawEnd.value = true;
      this.follow();
    } else {
      this.known.value = missing ? 'not-found' : 'unreachable';
    }
    return outcome.ok || missing;
  }

  private follow(): void {
    const channel = this.channel.peek();
    const player = this.player.peek();
    if (!channel || !player) return;
    const { state, stream, playback_url } = channel;
    if ((state === 'live' || state === 'reconnecting') && stream) {
      this.sawEnd.value = false;
      void player.load({ streamId: stream.id, url: playback_url });
    } else if (state === 'starting' || (state === 'offline' && player.playback.peek() !== 'playing')) {
      if (player.hasPlayed.peek() && state === 'offline') this.sawEnd.value = true;
      player.unload();
    }
  }
}
