import type { JSX } from 'preact';
import { t } from '../i18n';
import { PlayIcon } from '../shared/icons';
import { Link } from '../shared/router';
import type { LivePlayer } from './live-player';
import type { Phase, Playback } from './phase';

interface OverlayProps {
  phase: Phase;
  playback: Playback;
  player: LivePlayer | null;
}

const waiting: ReadonlySet<Phase> = new Set(['loading', 'connecting', 'starting', 'reconnecting', 'unreachable']);
const over: ReadonlySet<Phase> = new Set(['offline', 'ended', 'not-found']);

/** What lies over the picture, or stands in for it: why there is none, and what happens next. */
export function Overlay({ phase, playback, player }: OverlayProps): JSX.Element | null {
  if (phase === 'live') {
    if (playback !== 'blocked') return null;
    return (
      <div class="player__overlay">
        <button type="button" class="button button--light" data-testid="tap-to-play" onClick={() => player?.play()}>
          <PlayIcon />
          {t.value.player.tapToPlay}
        </button>
      </div>
    );
  }
  const { title, text } = t.value.player.phase[phase];
  return (
    <div class="player__overlay" data-testid="overlay" data-phase={phase}>
      {waiting.has(phase) && <span class="pulse" aria-hidden="true" />}
      {phase === 'not-found' ? <h1 class="player__title">{title}</h1> : <p class="player__title">{title}</p>}
      {text !== '' && <p class="player__text">{text}</p>}
      {over.has(phase) && (
        <Link href="/" class="button button--light">
          {t.value.player.seeAll}
        </Link>
      )}
    </div>
  );
}
