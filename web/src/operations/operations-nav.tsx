import type { JSX } from 'preact';
import { t } from '../i18n';
import { accessTo, may } from '../session/session';
import { AreaNav } from '../shared/area-nav';
import { operationsWords } from './words';

/** What concerns the whole server is for those who see all of it, not for the host of one shop. */
export const seesAll = (): boolean => ['all', 'read'].includes(accessTo('operate'));

export function OperationsNav(): JSX.Element {
  const words = operationsWords.words.value.nav;
  const links = [{ href: '/operations', label: words.overview }];
  if (seesAll()) links.push({ href: '/operations/events', label: words.events });
  if (seesAll()) links.push({ href: '/operations/refusals', label: words.refusals });
  if (may('manage_accounts')) links.push({ href: '/operations/accounts', label: words.accounts });
  if (may('manage_shops')) links.push({ href: '/operations/shops', label: words.shops });
  if (may('read_audit')) links.push({ href: '/operations/audit', label: words.audit });
  if (seesAll()) links.push({ href: '/operations/security', label: words.security });
  return <AreaNav label={t.value.operations} links={links} />;
}
