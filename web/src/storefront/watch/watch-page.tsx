import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { t } from '../../i18n';
import { Player } from '../../player/player';
import { followChannels, liveChannels } from '../channel-store';
import { ShowCard } from '../show-card';
import { BesideSlot, type LoadBeside } from './beside-slot';
import { ShowPanel } from './show-panel';
import { WatchSession } from './watch-session';
import './watch.css';

// Below the show and its offers: they do not share the moment in which the picture starts.
const othersAfterMs = 1000;

export function WatchPage({ name, loadBeside }: { name: string; loadBeside: LoadBeside }): JSX.Element {
  const [session] = useState(() => new WatchSession(name));
  useEffect(() => {
    session.start();
    return () => session.stop();
  }, [session]);

  const title = session.title.value;
  useEffect(() => {
    document.title = `${t.value.watch.documentTitle(title)} · shopcast`;
  }, [title, t.value]);

  return (
    <main id="main" class="page watch" tabIndex={-1} data-phase={session.phase}>
      <div class="watch__stage">
        <Stage session={session} />
      </div>
      {!session.missing.value && (
        <div class="watch__side">
          <BesideSlot load={loadBeside} shop={session.shop} settled={session.settled} />
          <ShowPanel session={session} />
        </div>
      )}
      <AlsoLive session={session} />
    </main>
  );
}

function Stage({ session }: { session: WatchSession }): JSX.Element {
  return (
    <Player
      player={session.player.value}
      phase={session.phase.value}
      playback={session.playback.value}
      aspectRatio={session.aspectRatio.value}
      attach={(element) => session.attach(element)}
      detach={() => session.detach()}
    />
  );
}

/** The other shows on air, once this page's own picture moves. */
function AlsoLive({ session }: { session: WatchSession }): JSX.Element | null {
  const settled = session.settled.value;
  useEffect(() => {
    if (!settled) return;
    let stopFollowing: (() => void) | undefined;
    const timer = setTimeout(() => (stopFollowing = followChannels()), othersAfterMs);
    return () => {
      clearTimeout(timer);
      stopFollowing?.();
    };
  }, [settled]);
  const others = liveChannels.value.filter((channel) => channel.name !== session.name);
  if (!settled || others.length === 0) return null;
  return (
    <section class="watch__others" data-testid="also-live">
      <h2 class="section-title">{t.value.watch.alsoLive}</h2>
      <div class="watch__cards">
        {others.slice(0, 6).map((channel) => (
          <ShowCard key={channel.name} channel={channel} headingLevel={3} />
        ))}
      </div>
    </section>
  );
}
