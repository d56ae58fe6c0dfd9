import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { count, fields, optional, optionalText, record, text, type Of } from '../api/read';
import { formatTime } from '../i18n';
import { TextInput } from '../shared/form/text-input';
import { Box, StaffPage } from '../shared/page';
import { PagedView, usePaged } from '../shared/paged';
import { OperationsNav } from './operations-nav';
import { operationsWords } from './words';

const readEntry = record({
  seq: count,
  at: text,
  actor: optional(record({ id: text, login: text })),
  action: text,
  target: text,
  shop: optionalText,
  address: text,
  detail: fields,
});
type Entry = Of<typeof readEntry>;

const searchDelayMs = 300;

export function AuditPage(): JSX.Element {
  const words = operationsWords.words.value.audit;
  const actor = useSignal('');
  const action = useSignal('');
  const path = useSignal('/api/v1/audit?limit=50');
  useEffect(() => {
    const timer = setTimeout(() => {
      const query = new URLSearchParams({ limit: '50' });
      if (actor.value.trim() !== '') query.set('actor', actor.value.trim());
      if (action.value.trim() !== '') query.set('action', action.value.trim());
      path.value = `/api/v1/audit?${query}`;
    }, searchDelayMs);
    return () => clearTimeout(timer);
  }, [actor.value, action.value]);
  const entries = usePaged(path.value, 'entries', readEntry);
  return (
    <StaffPage title={words.title} lead={words.lead} nav={<OperationsNav />} testid="audit">
      <div class="toolbar">
        <TextInput label={words.actorFilter} value={actor} type="search" testid="filter-actor" />
        <TextInput label={words.actionFilter} value={action} type="search" testid="filter-action" />
      </div>
      <Box title={words.entries}>
        <PagedView from={entries}>
          {(items) =>
            items.length === 0 ? (
              <p class="box__text">{words.none}</p>
            ) : (
              <table class="table">
                <thead>
                  <tr>
                    <th scope="col">{words.time}</th>
                    <th scope="col">{words.actor}</th>
                    <th scope="col">{words.action}</th>
                    <th scope="col">{words.target}</th>
                    <th scope="col">{words.address}</th>
                  </tr>
                </thead>
                <tbody>
                  {items.map((entry) => (
                    <Row key={entry.seq} entry={entry} />
                  ))}
                </tbody>
              </table>
            )
          }
        </PagedView>
      </Box>
    </StaffPage>
  );
}

function Row({ entry: { at, actor, action, target, address, detail } }: { entry: Entry }): JSX.Element {
  const words = operationsWords.words.value.audit;
  const details = Object.entries(detail).map(([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`);
  return (
    <tr data-testid="audit-entry" data-action={action}>
      <td data-label={words.time}>{formatTime(at, { dateStyle: 'medium', timeStyle: 'medium' })}</td>
      <td data-label={words.actor}>{actor?.login ?? words.system}</td>
      <td data-label={words.action}>
        <span>
          <span class="table__main">{(words.actions as Partial<Record<string, string>>)[action] ?? action}</span>
          <span class="table__sub">{action}</span>
        </span>
      </td>
      <td data-label={words.target}>
        <span>
          {target}
          {details.length > 0 && <span class="table__sub">{details.join(' · ')}</span>}
        </span>
      </td>
      <td data-label={words.address}>{address}</td>
    </tr>
  );
}
