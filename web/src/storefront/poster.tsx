import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { Channel } from '../api/types';
import { takeStill } from './still-queue';

interface PosterProps {
  channel: Channel;
  refreshMs: number | null;
}

const retryMs = 4000;

/** One of the quiet colourways of placeholder art, always the same for a channel. */
export function artOf(name: string): number {
  let sum = 7;
  for (let i = 0; i < name.length; i++) sum = (sum * 31 + name.charCodeAt(i)) % 9973;
  return sum % 5;
}

/** The newest still of a live channel over placeholder art, taken while the card is on the screen. */
export function Poster({ channel, refreshMs }: PosterProps): JSX.Element {
  const canvas = useRef<HTMLCanvasElement>(null);
  const shown = useSignal(false);
  const streamId = channel.state === 'live' ? (channel.stream?.id ?? null) : null;
  const hasPicture = channel.stream?.video != null;

  useEffect(() => {
    const into = canvas.current;
    if (!into || !streamId || !hasPicture) return;
    const stopped = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    let visible = false;
    let waiting = false;
    const take = async (): Promise<void> => {
      if (waiting || !visible || document.hidden) return;
      waiting = true;
      const taken = await takeStill(channel.playback_url, into, stopped.signal);
      waiting = false;
      if (stopped.signal.aborted) return;
      if (taken) shown.value = true;
      clearTimeout(timer);
      const againMs = taken ? refreshMs : retryMs;
      if (againMs !== null) timer = setTimeout(() => void take(), againMs);
    };
    const observer = new IntersectionObserver(([entry]) => {
      const came = entry?.isIntersecting === true && !visible;
      visible = entry?.isIntersecting === true;
      if (came && (refreshMs !== null || !shown.peek())) void take();
    });
    observer.observe(into);
    const onShown = (): void => void take();
    if (refreshMs !== null) document.addEventListener('visibilitychange', onShown, { signal: stopped.signal });
    return () => {
      stopped.abort();
      observer.disconnect();
      clearTimeout(timer);
    };
  }, [streamId, hasPicture, refreshMs]);

  const initial = [...channel.title][0] ?? '';
  return (
    <div class="poster" data-art={artOf(channel.name)} aria-hidden="true">
      <span class="poster__initial">{initial}</span>
      <canvas ref={canvas} class="poster__still" data-shown={shown.value ? '' : undefined} data-testid="still" />
    </div>
  );
}
