import type { JSX } from 'preact';
import type { ChannelState } from '../api/channels';
import { t } from '../i18n';

export function StateBadge({ state }: { state: ChannelState }): JSX.Element {
  return (
    <span class={state === 'live' ? 'badge badge--live' : 'badge'} data-testid="state" data-state={state}>
      {t.value.state[state]}
    </span>
  );
}
