import type { FunctionComponent, JSX } from 'preact';
import type { Action } from '../session/session';
import { Gate } from '../shared/gate';
import type { AreaPage, AreaPageProps } from '../shared/routes';
import { AccountsPage } from './accounts-page';
import { AuditPage } from './audit-page';
import { EventsPage } from './events-page';
import './operations.css';
import { OverviewPage } from './overview-page';
import { RefusalsPage } from './refusals-page';
import { SecurityPage } from './security-page';
import { ShopsPage } from './shops-page';

const pages: Partial<Record<AreaPage, { need: Action; view: FunctionComponent }>> = {
  overview: { need: 'operate', view: OverviewPage },
  events: { need: 'operate', view: EventsPage },
  accounts: { need: 'manage_accounts', view: AccountsPage },
  refusals: { need: 'operate', view: RefusalsPage },
  audit: { need: 'read_audit', view: AuditPage },
  shops: { need: 'manage_shops', view: ShopsPage },
  security: { need: 'operate', view: SecurityPage },
};

export default function OperationsPages({ page }: AreaPageProps): JSX.Element | null {
  const found = pages[page];
  if (!found) return null;
  const { need, view: View } = found;
  return (
    <Gate need={need}>
      <View />
    </Gate>
  );
}
