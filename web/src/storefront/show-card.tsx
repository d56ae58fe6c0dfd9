import type { JSX } from 'preact';
import type { Channel } from '../api/channels';
import { formatCount, t } from '../i18n';
import { EyeIcon } from '../shared/icons';
import { Poster } from '../shared/poster';
import { Link } from '../shared/router';
import './show-card.css';

interface ShowCardProps {
  channel: Channel;
  /** The first on its page: its picture is fetched before the others. */
  first?: boolean;
  headingLevel: 2 | 3;
}

/** A show on air: a picture of what is happening, its title, and how many watch. The whole card is one link. */
export function ShowCard({ channel, first = false, headingLevel }: ShowCardProps): JSX.Element {
  const { name, title, state, viewers } = channel;
  const Heading = headingLevel === 2 ? 'h2' : 'h3';
  return (
    <article class="card" data-testid="channel-card" data-channel={name} data-state={state}>
      <Poster channel={channel} first={first} />
      <div class="card__badges">
        <span class={state === 'live' ? 'badge badge--live' : 'badge'}>{t.value.state[state]}</span>
        {viewers > 0 && (
          <span class="badge badge--quiet" data-testid="card-viewers">
            <EyeIcon class="badge__icon" />
            <span aria-hidden="true">{formatCount(viewers)}</span>
            <span class="visually-hidden">{t.value.watching(viewers, formatCount(viewers))}</span>
          </span>
        )}
      </div>
      <div class="card__foot">
        <Heading class="card__title">
          <Link href={`/watch/${name}`} class="card__link">
            {title}
          </Link>
        </Heading>
        <p class="card__channel">{name}</p>
      </div>
    </article>
  );
}
