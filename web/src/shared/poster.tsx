import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import type { Channel } from '../api/channels';
import './poster.css';

interface PosterProps {
  channel: Pick<Channel, 'name' | 'title' | 'poster_url'>;
  /** In sight from the start: fetched first. The others wait until they are scrolled to. */
  first?: boolean;
}

/** One of the quiet colourways of placeholder art, always the same for a channel. */
export function artOf(name: string): number {
  let sum = 7;
  for (let i = 0; i < name.length; i++) sum = (sum * 31 + name.charCodeAt(i)) % 9973;
  return sum % 5;
}

/**
 * The newest picture of a channel over placeholder art. A new picture has a new address: the browser shows the
 * old one until the new one is there, so nothing flickers.
 */
export function Poster({ channel, first = false }: PosterProps): JSX.Element {
  const shown = useSignal(false);
  const initial = [...channel.title][0] ?? '';
  return (
    <div class="poster" data-art={artOf(channel.name)} aria-hidden="true">
      <span class="poster__initial">{initial}</span>
      {channel.poster_url !== null && (
        <img
          class="poster__picture"
          data-testid="poster"
          data-shown={shown.value ? '' : undefined}
          src={channel.poster_url}
          width={640}
          height={360}
          alt=""
          decoding="async"
          loading={first ? 'eager' : 'lazy'}
          fetchpriority={first ? 'high' : 'auto'}
          onLoad={() => (shown.value = true)}
          onError={() => (shown.value = false)}
        />
      )}
    </div>
  );
}
