import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { formatAgo } from '../../i18n';
import { mayChange } from '../../session/session';
import { chooseShop, ownShops } from '../../session/shops';
import { CopyButton } from '../../shared/copy-button';
import { SheetPage, StaffPage } from '../../shared/page';
import { Loaded, useResource, type Resource } from '../../shared/resource';
import { Link } from '../../shared/router';
import { StateBadge } from '../../staff/state-badge';
import { StudioNav } from '../../staff/studio-nav';
import { fetchChannel, type StudioChannel } from '../channels';
import { studioWords } from '../words';
import { ConnectBox } from './connect-box';
import { HistoryBox } from './history-box';
import { LiveBox } from './live-box';
import { SettingsBox } from './settings-box';

const pollMs = 2000;

export function ChannelPage({ name }: { name: string }): JSX.Element {
  const words = studioWords.words.value.channel;
  const channel = useResource(() => fetchChannel(name), pollMs, name);
  const known = channel.value.value;
  const shop = known?.shop ?? '';
  // The studio goes where its channel is: the ways from here lead to that shop's pages.
  useEffect(() => {
    if (ownShops.peek().some(({ id }) => id === shop)) chooseShop(shop);
  }, [shop]);
  // Somebody deleted it, or it never was.
  if (known === null && channel.problem.value?.status === 404) {
    return (
      <SheetPage title={words.unknownTitle} lead={words.unknownText} testid="studio-unknown">
        <Link href="/studio" class="button">
          {words.back}
        </Link>
      </SheetPage>
    );
  }
  return (
    <StaffPage title={known?.title ?? name} nav={<StudioNav />} action={known && <Head channel={known} />} testid="studio-channel">
      <Loaded from={channel} rows={4}>
        {(value) => <Sections channel={value} resource={channel} />}
      </Loaded>
    </StaffPage>
  );
}

function Head({ channel: { name, state } }: { channel: StudioChannel }): JSX.Element {
  const words = studioWords.words.value.channel;
  return (
    <div class="channel-head">
      <StateBadge state={state} />
      <Link href={`/watch/${name}`} class="button button--quiet">
        {words.watch}
      </Link>
      <CopyButton what="link" text={`${location.origin}/watch/${name}`} label={words.copyLink} done={words.linkCopied} />
    </div>
  );
}

function Sections({ channel, resource }: { channel: StudioChannel; resource: Resource<StudioChannel> }): JSX.Element {
  const { last_problem, stream, state } = channel;
  const words = studioWords.words.value.channel;
  const onAir = stream !== null && state !== 'offline' && state !== 'ended';
  const may = mayChange('manage_channels');
  // The guide steps back once it has done its work; one press brings it again.
  const guide = useSignal<boolean | null>(null);
  return (
    <>
      {last_problem && !onAir && (
        <div class="advice" data-testid="last-problem">
          <h2 class="advice__title">{words.lastProblem(formatAgo(last_problem.at))}</h2>
          <p>{last_problem.message}</p>
        </div>
      )}
      {onAir && <LiveBox channel={channel} stream={stream} onStopped={() => void resource.load()} />}
      {may && <ConnectBox channel={channel} open={guide.value ?? !onAir} onToggle={(open) => (guide.value = open)} />}
      <HistoryBox name={channel.name} streamId={stream?.id ?? ''} state={state} />
      {may && (
        <SettingsBox
          channel={channel}
          onChanged={() => void resource.load()}
          onNewKey={() => {
            guide.value = true;
            requestAnimationFrame(() => document.getElementById('connect')?.scrollIntoView());
          }}
        />
      )}
    </>
  );
}
