import type { JSX } from 'preact';
import { Gate } from '../shared/gate';
import type { AreaPageProps } from '../shared/routes';
import { ShopGate } from '../staff/shop-switch';
import { ChannelPage } from './channel/channel-page';
import { ChannelsPage } from './channels-page';
import { TeamPage } from './team-page';
import '../staff/charts.css';
import './studio.css';

export default function StudioPages({ page, channel }: AreaPageProps): JSX.Element | null {
  switch (page) {
    case 'channels':
      return (
        <Gate need="manage_channels">
          <ShopGate>
            <ChannelsPage />
          </ShopGate>
        </Gate>
      );
    case 'channel':
      return (
        <Gate need="manage_channels">
          <ChannelPage key={channel} name={channel} />
        </Gate>
      );
    case 'team':
      return (
        <Gate need="grant_roles">
          <ShopGate>
            <TeamPage />
          </ShopGate>
        </Gate>
      );
    default:
      return null;
  }
}
