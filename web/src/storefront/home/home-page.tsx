import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import type { Channel } from '../../api/channels';
import { formatAgo, t } from '../../i18n';
import { artOf } from '../../shared/poster';
import { Link } from '../../shared/router';
import { askAgain, channels, endedChannels, followChannels, liveChannels, offAirChannels, soonChannels, unreachable } from '../channel-store';
import { ShowCard } from '../show-card';
import { OwnerGuide } from './owner-guide';
import './home.css';

export function HomePage(): JSX.Element {
  useEffect(followChannels, []);
  const words = t.value.home;
  useEffect(() => {
    document.title = `${words.documentTitle} · shopcast`;
  }, [words]);
  return (
    <main id="main" class="page home" tabIndex={-1} data-testid="home" data-state={homeState()}>
      <Content />
    </main>
  );
}

function homeState(): 'loading' | 'error' | 'empty' | 'live' {
  if (channels.value === null) return unreachable.value ? 'error' : 'loading';
  return liveChannels.value.length > 0 ? 'live' : 'empty';
}

function Content(): JSX.Element {
  switch (homeState()) {
    case 'loading':
      return <Skeleton />;
    case 'error':
      return <Unreachable />;
    case 'empty':
      return <Empty />;
    case 'live':
      return <Live />;
  }
}

function Live(): JSX.Element {
  const words = t.value.home;
  const live = liveChannels.value;
  return (
    <>
      <Stale />
      <div class="home__intro">
        <h1 class="home__title">{words.title}</h1>
        <p class="home__lead">{words.lead(live.length)}</p>
      </div>
      <div class="home__grid" data-count={Math.min(live.length, 3)}>
        {live.map((channel, index) => (
          <ShowCard key={channel.name} channel={channel} first={index === 0} headingLevel={2} />
        ))}
      </div>
      <Others />
    </>
  );
}

function Empty(): JSX.Element {
  const words = t.value.home;
  return (
    <>
      <Stale />
      <section class="home__hero" data-testid="empty">
        <div class="home__art" aria-hidden="true" />
        <h1 class="home__title">{words.emptyTitle}</h1>
        <p class="home__lead">{words.emptyText}</p>
        <Link href="/products" class="button">
          {t.value.products}
        </Link>
      </section>
      <Others />
      <OwnerGuide />
    </>
  );
}

function Unreachable(): JSX.Element {
  const words = t.value.home;
  return (
    <section class="home__hero home__hero--error" data-testid="error">
      <div class="home__art" aria-hidden="true" />
      <h1 class="home__title">{words.errorTitle}</h1>
      <p class="home__lead" role="status">
        {words.errorText}
      </p>
      <button type="button" class="button" data-testid="retry" onClick={askAgain}>
        {words.retry}
      </button>
    </section>
  );
}

function Stale(): JSX.Element | null {
  if (!unreachable.value) return null;
  return (
    <p class="notice" role="status" data-testid="stale">
      {t.value.home.stale}
    </p>
  );
}

function Skeleton(): JSX.Element {
  return (
    <div class="home__grid" data-count="3" aria-busy="true">
      <p class="visually-hidden">{t.value.home.loading}</p>
      <div class="skeleton" />
      <div class="skeleton" />
      <div class="skeleton" />
    </div>
  );
}

function Others(): JSX.Element {
  const words = t.value.home;
  return (
    <>
      <Quiet title={words.soonTitle} list={soonChannels.value} />
      <section class="quiet" data-testid="upcoming">
        <h2 class="section-title">{words.upcomingTitle}</h2>
        <p class="quiet__none">{words.upcomingText}</p>
      </section>
      <Quiet title={words.endedTitle} list={endedChannels.value} />
      <Quiet title={words.offAirTitle} list={offAirChannels.value} />
    </>
  );
}

const stateLine = ({ state, stream }: Channel): string =>
  state === 'ended' && stream?.ended_at ? t.value.home.endedAgo(formatAgo(stream.ended_at)) : t.value.state[state];

function Quiet({ title, list }: { title: string; list: Channel[] }): JSX.Element | null {
  if (list.length === 0) return null;
  return (
    <section class="quiet">
      <h2 class="section-title">{title}</h2>
      <ul class="quiet__list">
        {list.map((channel) => (
          <li key={channel.name}>
            <Link href={`/watch/${channel.name}`} class="quiet__link" data-testid="quiet-channel" data-channel={channel.name} data-state={channel.state}>
              <span class="quiet__art" data-art={artOf(channel.name)} aria-hidden="true">
                {[...channel.title][0]}
              </span>
              <span class="quiet__words">
                <span class="quiet__title">{channel.title}</span>
                <span class="quiet__state">{stateLine(channel)}</span>
              </span>
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}
