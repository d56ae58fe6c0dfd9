import type { JSX } from 'preact';
import { formatTenths, t } from '../i18n';
import { ExitFullscreenIcon, FullscreenIcon, MutedIcon, PauseIcon, PlayIcon, SoundIcon } from '../shared/icons';
import type { LivePlayer } from './live-player';
import type { Playback } from './phase';
import type { Command } from './shortcuts';

interface ControlsProps {
  player: LivePlayer;
  playback: Playback;
  fullscreen: boolean;
  run(command: Command): void;
}

export function Controls({ player, playback, fullscreen, run }: ControlsProps): JSX.Element {
  const words = t.value.player;
  const paused = playback === 'paused' || playback === 'blocked';
  const muted = player.muted.value;
  return (
    <>
      {muted && playback !== 'blocked' && (
        <button type="button" class="player__sound" data-testid="tap-for-sound" onClick={() => run('toggle-mute')}>
          <MutedIcon />
          {words.tapForSound}
        </button>
      )}
      <div class="player__bar" data-testid="controls">
        <button
          type="button"
          class="player__button"
          data-testid="play"
          aria-label={paused ? words.play : words.pause}
          onClick={() => run('toggle-play')}
        >
          {paused ? <PlayIcon /> : <PauseIcon />}
        </button>
        <div class="player__volume">
          <button
            type="button"
            class="player__button"
            data-testid="mute"
            aria-label={muted ? words.unmute : words.mute}
            onClick={() => run('toggle-mute')}
          >
            {muted ? <MutedIcon /> : <SoundIcon />}
          </button>
          <input
            type="range"
            class="player__slider"
            data-testid="volume"
            min="0"
            max="1"
            step="0.05"
            aria-label={words.volume}
            value={muted ? 0 : player.volume.value}
            onInput={(event) => player.setVolume(event.currentTarget.valueAsNumber)}
          />
        </div>
        <LiveButton player={player} playback={playback} />
        <button
          type="button"
          class="player__button player__button--end"
          data-testid="fullscreen"
          aria-label={fullscreen ? words.exitFullscreen : words.fullscreen}
          onClick={() => run('toggle-fullscreen')}
        >
          {fullscreen ? <ExitFullscreenIcon /> : <FullscreenIcon />}
        </button>
      </div>
    </>
  );
}

/** LIVE with the measured delay; once the viewer fell behind, the way back. */
function LiveButton({ player, playback }: { player: LivePlayer; playback: Playback }): JSX.Element {
  const delay = player.delayTenths.value;
  const away = player.behind.value || playback === 'paused';
  return (
    <div class="player__live">
      {away ? (
        <button type="button" class="player__golive" data-testid="go-live" onClick={() => player.goLive()}>
          {t.value.player.goLive}
        </button>
      ) : (
        playback === 'playing' && (
          <span class="badge badge--live" data-testid="live-badge">
            {t.value.live}
          </span>
        )
      )}
      {delay !== null && playback === 'playing' && (
        <span class="player__delay" data-testid="player-delay" aria-label={t.value.delaySpoken(formatTenths(delay))} role="img">
          {t.value.behindLive(formatTenths(delay))}
        </span>
      )}
    </div>
  );
}
