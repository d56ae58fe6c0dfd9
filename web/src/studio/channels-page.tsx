import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { said } from '../api/shop/text';
import { formatCount, t } from '../i18n';
import { mayChange } from '../session/session';
import { ownShops, studioShop } from '../session/shops';
import { Empty, StaffPage } from '../shared/page';
import { Poster } from '../shared/poster';
import { Loaded, useResource } from '../shared/resource';
import { Link } from '../shared/router';
import { StateBadge } from '../staff/state-badge';
import { StudioNav } from '../staff/studio-nav';
import { fetchChannels, type StudioChannel } from './channels';
import { CreateDialog } from './create-dialog';
import { studioWords } from './words';

const pollMs = 3000;

const rank = ({ state }: StudioChannel): number => ['live', 'reconnecting', 'starting', 'ended', 'offline'].indexOf(state);

export function ChannelsPage(): JSX.Element {
  const words = studioWords.words.value.channels;
  const channels = useResource(() => fetchChannels(studioShop.peek()), pollMs);
  const shop = ownShops.value.find(({ id }) => id === studioShop.value);
  const creating = useSignal(false);
  const create = mayChange('manage_channels') && (
    <button type="button" class="button" data-testid="create-channel" onClick={() => (creating.value = true)}>
      {words.create}
    </button>
  );
  const none = channels.value.value?.length === 0;
  return (
    <StaffPage title={words.title} lead={shop && said(shop.name)} nav={<StudioNav />} action={none ? null : create} testid="studio">
      <Loaded from={channels}>
        {(known) =>
          known.length === 0 ? (
            <Empty title={words.emptyTitle} text={words.emptyText}>
              {create}
            </Empty>
          ) : (
            <ul class="channels">
              {[...known]
                .sort((a, b) => rank(a) - rank(b) || b.viewers - a.viewers || a.title.localeCompare(b.title))
                .map((channel) => (
                  <ChannelCard key={channel.name} channel={channel} />
                ))}
            </ul>
          )
        }
      </Loaded>
      {creating.value && <CreateDialog onClose={() => (creating.value = false)} />}
    </StaffPage>
  );
}

function ChannelCard({ channel }: { channel: StudioChannel }): JSX.Element {
  const { name, title, state, viewers, last_problem } = channel;
  return (
    <li class="channel" data-testid="studio-card" data-channel={name} data-state={state}>
      <Poster channel={channel} />
      <div class="channel__words">
        <div class="channel__state">
          <StateBadge state={state} />
          {state === 'live' && <span class="channel__viewers">{t.value.watching(viewers, formatCount(viewers))}</span>}
        </div>
        <h2 class="channel__title">
          <Link href={`/studio/${name}`} class="channel__link">
            {title}
          </Link>
        </h2>
        <p class="channel__name">{name}</p>
        {last_problem && <p class="channel__problem">{last_problem.message}</p>}
      </div>
    </li>
  );
}
