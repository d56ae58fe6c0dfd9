import type { JSX } from 'preact';
import { may } from '../session/session';
import { AreaNav } from '../shared/area-nav';
import { route } from '../shared/router';
import { t } from '../i18n';
import { studioWords } from './words';

export function StudioNav(): JSX.Element {
  const words = studioWords.words.value.nav;
  const links = [{ href: '/studio', label: words.channels, within: route.value.page === 'channel' }];
  if (may('grant_roles')) links.push({ href: '/studio/team', label: words.team, within: false });
  return <AreaNav label={t.value.studio} links={links} />;
}
