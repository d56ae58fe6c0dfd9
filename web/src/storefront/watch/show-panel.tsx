import type { JSX } from 'preact';
import type { AudioSummary, VideoSummary } from '../../api/channels';
import { formatCount, formatDuration, formatTenths, t } from '../../i18n';
import { CopyButton } from '../../shared/copy-button';
import type { WatchSession } from './watch-session';

/** Beside the picture (below it on a phone): what the show is, how it runs, and how this page works. */
export function ShowPanel({ session }: { session: WatchSession }): JSX.Element {
  const words = t.value.watch;
  return (
    <aside class="panel" aria-label={words.aboutTitle}>
      <div class="panel__head">
        <StateLine session={session} />
        <h1 class="panel__title" data-testid="show-title">
          {session.title}
        </h1>
        <div class="panel__row">
          <p class="panel__channel">{session.name}</p>
          <CopyButton what="link" text={location.href} label={words.share} done={words.shared} />
        </div>
      </div>
      <Figures session={session} />
      <Details session={session} />
      <section class="panel__section">
        <h2 class="panel__subtitle">{words.howTitle}</h2>
        <ul class="panel__notes">
          <li>{words.howDelay}</li>
          <li>{words.howCatchUp}</li>
          <li>{words.howSound}</li>
        </ul>
      </section>
      <Keys />
    </aside>
  );
}

function StateLine({ session }: { session: WatchSession }): JSX.Element | null {
  const phase = session.phase.value;
  if (phase === 'not-found' || phase === 'unreachable') return null;
  // The place of the badge is kept: what is read below must not jump when the server answers.
  if (phase === 'loading') {
    return (
      <p aria-hidden="true">
        <span class="badge">{t.value.noValue}</span>
      </p>
    );
  }
  const state = phase === 'connecting' ? 'live' : phase;
  return (
    <p>
      <span class={state === 'live' ? 'badge badge--live' : 'badge'} data-testid="state-badge">
        {t.value.state[state]}
      </span>
    </p>
  );
}

/** The three numbers of a show on air; their places before the server's first answer. */
function Figures({ session }: { session: WatchSession }): JSX.Element | null {
  const channel = session.channel.value;
  const phase = session.phase.value;
  const { noValue } = t.value;
  if (phase === 'loading') return <OnAirFigures viewers={noValue} delay={noValue} onAir={noValue} />;
  const stream = channel?.stream;
  if (!stream) return null;
  if (phase === 'ended' && stream.ended_at) {
    const lastedSeconds = (Date.parse(stream.ended_at) - Date.parse(stream.started_at)) / 1000;
    return (
      <dl class="figures figures--single">
        <Figure label={t.value.lastedLabel} value={formatDuration(lastedSeconds)} testid="lasted" />
      </dl>
    );
  }
  if (phase !== 'live' && phase !== 'reconnecting' && phase !== 'connecting') return null;
  // While nothing plays there is no delay to speak of.
  const delay = phase === 'live' ? (session.player.value?.delayTenths.value ?? null) : null;
  const startedMs = Date.parse(stream.started_at);
  const onAirSeconds = (session.serverNowMs.value - startedMs) / 1000;
  return (
    <OnAirFigures
      viewers={formatCount(channel.viewers)}
      delay={delay === null ? noValue : t.value.delayValue(formatTenths(delay))}
      onAir={Number.isFinite(onAirSeconds) ? formatDuration(onAirSeconds) : noValue}
    />
  );
}

function OnAirFigures({ viewers, delay, onAir }: { viewers: string; delay: string; onAir: string }): JSX.Element {
  return (
    <dl class="figures">
      <Figure label={t.value.viewersLabel} value={viewers} testid="viewers" />
      <Figure label={t.value.delayLabel} value={delay} testid="delay" />
      <Figure label={t.value.onAirLabel} value={onAir} testid="on-air" />
    </dl>
  );
}

function Figure({ label, value, testid }: { label: string; value: string; testid: string }): JSX.Element {
  return (
    <div class="figures__item">
      <dt class="figures__label">{label}</dt>
      <dd class="figures__value" data-testid={testid}>
        {value}
      </dd>
    </div>
  );
}

function pictureOf(video: VideoSummary | null): string {
  if (!video) return t.value.watch.noPicture;
  const size = `${video.width} × ${video.height}`;
  if (video.frame_rate === null) return size;
  // 29.97 is 30 to everybody but a broadcast engineer.
  return `${size} · ${t.value.watch.framesPerSecond(String(Math.round(video.frame_rate)))}`;
}

function soundOf(audio: AudioSummary | null): string {
  const words = t.value.watch;
  if (!audio) return words.noSound;
  const layout = audio.channels === 1 ? words.mono : audio.channels === 2 ? words.stereo : words.surround(audio.channels);
  return `${layout} · ${audio.sample_rate / 1000} kHz`;
}

function Details({ session }: { session: WatchSession }): JSX.Element | null {
  const stream = session.channel.value?.stream;
  const phase = session.phase.value;
  const loading = phase === 'loading';
  if (!loading && (!stream || phase === 'ended' || phase === 'offline' || phase === 'starting')) return null;
  const words = t.value.watch;
  const { noValue } = t.value;
  return (
    <section class="panel__section">
      <h2 class="panel__subtitle">{words.aboutTitle}</h2>
      <dl class="panel__facts">
        <div>
          <dt>{words.pictureLabel}</dt>
          <dd data-testid="picture">{stream ? pictureOf(stream.video) : noValue}</dd>
        </div>
        <div>
          <dt>{words.soundLabel}</dt>
          <dd data-testid="sound">{stream ? soundOf(stream.audio) : noValue}</dd>
        </div>
      </dl>
    </section>
  );
}

function Keys(): JSX.Element {
  const { keys, keysTitle } = t.value.watch;
  const rows: [string, string][] = [
    ['K', keys.play],
    ['M', keys.mute],
    ['F', keys.fullscreen],
    ['L', keys.live],
  ];
  return (
    <section class="panel__section panel__section--keys">
      <h2 class="panel__subtitle">{keysTitle}</h2>
      <dl class="panel__keys">
        {rows.map(([key, meaning]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
