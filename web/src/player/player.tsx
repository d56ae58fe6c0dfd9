import { useSignal, useSignalEffect } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { t } from '../i18n';
import { Controls } from './controls';
import type { LivePlayer } from './live-player';
import { Overlay } from './overlay';
import type { Phase, Playback } from './phase';
import { commandOf, type Command } from './shortcuts';
import './player.css';

export interface PlayerProps {
  player: LivePlayer | null;
  phase: Phase;
  playback: Playback;
  /** Width over height of the picture; 16:9 until known. */
  aspectRatio: number;
  attach(video: HTMLVideoElement): void;
  detach(): void;
}

const idleAfterMs = 3000;

const fieldSelector = 'input, textarea, select, [contenteditable]';
const buttonSelector = 'button, a, summary';

function toggleFullscreen(root: HTMLElement, video: HTMLVideoElement): void {
  const phone = video as HTMLVideoElement & { webkitEnterFullscreen?(): void };
  if (document.fullscreenElement) void document.exitFullscreen();
  else if (root.requestFullscreen) void root.requestFullscreen();
  else phone.webkitEnterFullscreen?.();
}

export function Player({ player, phase, playback, aspectRatio, attach, detach }: PlayerProps): JSX.Element {
  const root = useRef<HTMLElement>(null);
  const video = useRef<HTMLVideoElement>(null);
  const idle = useSignal(false);
  const fullscreen = useSignal(false);

  useEffect(() => {
    if (video.current) attach(video.current);
    return detach;
  }, []);

  const run = (command: Command): void => {
    if (!player || !root.current || !video.current) return;
    switch (command) {
      case 'toggle-play':
        return player.togglePlay();
      case 'toggle-mute':
        return player.toggleMute();
      case 'toggle-fullscreen':
        return toggleFullscreen(root.current, video.current);
      case 'go-live':
        return player.goLive();
      case 'volume-up':
        return player.setVolume(player.volume.peek() + 0.1);
      case 'volume-down':
        return player.setVolume(player.volume.peek() - 0.1);
    }
  };
  const latestRun = useRef(run);
  latestRun.current = run;

  useEffect(() => {
    const listening = new AbortController();
    const { signal } = listening;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const wake = (): void => {
      idle.value = false;
      clearTimeout(timer);
      timer = setTimeout(() => (idle.value = true), idleAfterMs);
    };
    const onKey = (event: KeyboardEvent): void => {
      const at = event.target instanceof Element ? event.target : null;
      // The page's own scrolling keys work unless the player (or nothing) has the focus.
      const elsewhere = at !== null && at !== document.body && !root.current?.contains(at);
      if (elsewhere && event.key.startsWith('Arrow')) return;
      const command = commandOf({
        key: event.key,
        modified: event.ctrlKey || event.altKey || event.metaKey,
        inField: at?.closest(fieldSelector) != null,
        onButton: at?.closest(buttonSelector) != null,
      });
      if (!command || (event.key.startsWith('Arrow') && !root.current?.contains(at))) return;
      event.preventDefault();
      wake();
      latestRun.current(command);
    };
    document.addEventListener('keydown', onKey, { signal });
    document.addEventListener('fullscreenchange', () => (fullscreen.value = document.fullscreenElement !== null), { signal });
    for (const type of ['pointermove', 'pointerdown', 'focusin'] as const) {
      root.current?.addEventListener(type, wake, { signal });
    }
    wake();
    return () => {
      listening.abort();
      clearTimeout(timer);
    };
  }, []);

  // Through the CSS object model: a style attribute would be refused by the content security policy.
  useEffect(() => root.current?.style.setProperty('--player-ratio', String(aspectRatio)), [aspectRatio]);

  useTelemetry(root, player);

  const showsPicture = phase === 'live' || phase === 'reconnecting';
  return (
    <section
      ref={root}
      class="player"
      data-testid="player"
      data-state={phase}
      data-playback={playback}
      data-idle={idle.value && playback === 'playing' ? '' : undefined}
      data-portrait={aspectRatio < 1 ? '' : undefined}
      aria-label={t.value.player.region}
    >
      <video
        ref={video}
        class="player__video"
        data-testid="video"
        playsInline
        muted
        autoplay
        disableRemotePlayback
        hidden={!showsPicture}
        onClick={() => player?.muted.peek() ? player.toggleMute() : (idle.value = !idle.value)}
        onDblClick={() => run('toggle-fullscreen')}
      />
      <Overlay phase={phase} playback={playback} player={player} />
      {showsPicture && player && <Controls player={player} playback={playback} fullscreen={fullscreen.value} run={run} />}
      <p class="visually-hidden" role="status" data-testid="player-status">
        {t.value.player.phase[phase].title}
      </p>
    </section>
  );
}

/** Measurements on the player root, for tests and for anybody who asks "why is it late?" in the inspector. */
function useTelemetry(root: { current: HTMLElement | null }, player: LivePlayer | null): void {
  const current = useSignal(player);
  current.value = player;
  useSignalEffect(() => {
    const data = root.current?.dataset;
    const from = current.value;
    if (!data) return;
    data.delay = from?.delaySeconds.value?.toFixed(2) ?? '';
    data.latency = from?.latencySeconds.value?.toFixed(2) ?? '';
    data.margin = from?.marginSeconds.value.toFixed(2) ?? '';
    data.rate = String(from?.rate.value ?? 1);
    data.streamId = from?.streamId.value ?? '';
    data.engine = from?.engineKind.value ?? '';
    data.muted = String(from?.muted.value ?? true);
  });
}
