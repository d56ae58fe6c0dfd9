import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { send } from '../api/call';
import { flag, list, optionalText, record, text, type Of } from '../api/read';
import { formatAgo, formatTime } from '../i18n';
import { accessTo, account, mayChange } from '../session/session';
import { onlyShop } from '../session/shops';
import { Confirm } from '../shared/confirm';
import { Dialog } from '../shared/dialog';
import { TextInput } from '../shared/form/text-input';
import { Box, StaffPage } from '../shared/page';
import { PagedView, usePaged, type Paged } from '../shared/paged';
import { wordsOf } from '../shared/problem-words';
import { Secret } from '../shared/secret';
import { toast } from '../shared/toasts';
import { sharedWords } from '../shared/words';
import { OperationsNav } from './operations-nav';
import { operationsWords } from './words';

const readRow = record({
  id: text,
  login: text,
  display_name: text,
  email_masked: optionalText,
  email_verified: flag,
  roles: list(record({ role: text, shop: text })),
  disabled: flag,
  totp: flag,
  created_at: text,
  last_seen_at: optionalText,
});
type Row = Of<typeof readRow>;
const readLink = record({ url: text, expires_at: text });
type ResetLink = Of<typeof readLink>;

const path = (id: string): string => `/api/v1/operations/accounts/${encodeURIComponent(id)}`;
const searchDelayMs = 250;

export function AccountsPage(): JSX.Element {
  const words = operationsWords.words.value.accounts;
  const typed = useSignal('');
  const asked = useSignal('');
  useEffect(() => {
    const timer = setTimeout(() => (asked.value = typed.value.trim()), searchDelayMs);
    return () => clearTimeout(timer);
  }, [typed.value]);
  const query = asked.value === '' ? '' : `&query=${encodeURIComponent(asked.value)}`;
  const accounts = usePaged(`/api/v1/operations/accounts?limit=50${query}`, 'accounts', readRow);
  const link = useSignal<ResetLink | null>(null);
  const linkFor = useSignal<Row | null>(null);
  return (
    <StaffPage title={words.title} nav={<OperationsNav />} testid="accounts">
      <div class="toolbar">
        <TextInput label={words.search} value={typed} type="search" testid="search" />
      </div>
      <Box title={words.list}>
        <PagedView from={accounts}>
          {(items) => (
            <>
              <p class="visually-hidden" role="status">
                {words.found(items.length)}
              </p>
              {items.length === 0 ? <p class="box__text">{words.none}</p> : <Table items={items} accounts={accounts} askLink={(row) => (linkFor.value = row)} />}
            </>
          )}
        </PagedView>
      </Box>
      {linkFor.value && (
        <Confirm
          title={words.linkTitle(linkFor.value.login)}
          action={words.linkAction}
          onClose={() => (linkFor.value = null)}
          run={async () => {
            const outcome = await send('POST', `${path(linkFor.value?.id ?? '')}/reset-link`, {}, readLink);
            if (!outcome.ok) return outcome.problem;
            link.value = outcome.value;
            return null;
          }}
        >
          <p>{words.linkText}</p>
        </Confirm>
      )}
      {link.value && !linkFor.value && <LinkDialog link={link.value} onClose={() => (link.value = null)} />}
    </StaffPage>
  );
}

function Table({ items, accounts, askLink }: { items: Row[]; accounts: Paged<Row>; askLink(row: Row): void }): JSX.Element {
  const words = operationsWords.words.value.accounts;
  const may = mayChange('manage_accounts');
  const set = async (row: Row, disabled: boolean, undone: boolean): Promise<void> => {
    const outcome = await send('PATCH', path(row.id), { disabled }, readRow);
    if (!outcome.ok) {
      toast(wordsOf(outcome.problem, words.problems));
      return;
    }
    accounts.items.value = (accounts.items.peek() ?? []).map((each) => (each.id === row.id ? outcome.value : each));
    const said = disabled ? words.disabledNow(row.login) : words.enabledNow(row.login);
    toast(said, undone ? null : () => void set(row, !disabled, true));
  };
  return (
    <table class="table">
      <thead>
        <tr>
          <th scope="col">{words.account}</th>
          <th scope="col">{words.roles}</th>
          <th scope="col">{words.email}</th>
          <th scope="col">{words.seen}</th>
          {may && (
            <th scope="col" class="table__actions">
              <span class="visually-hidden">{words.actions}</span>
            </th>
          )}
        </tr>
      </thead>
      <tbody>
        {items.map((row) => (
          <tr key={row.id} data-testid="account-row" data-login={row.login} data-disabled={row.disabled}>
            <td>
              <span>
                <span class="table__main">{row.display_name || row.login}</span>
                <span class="table__sub">{row.login}</span>
              </span>
            </td>
            <td data-label={words.roles}>
              <span class="tags">
                {row.disabled && <span class="tag tag--bad">{words.disabled}</span>}
                {row.roles.map(({ role, shop }) => (
                  <span key={`${role}/${shop}`} class="tag">
                    {(sharedWords.words.value.roles as Partial<Record<string, string>>)[role] ?? role}
                    {shop !== '*' && onlyShop.value === null && ` · ${shop}`}
                  </span>
                ))}
                {row.roles.length > 0 && !row.totp && <span class="tag tag--warn">{words.noTwoStep}</span>}
                {row.roles.length === 0 && !row.disabled && <span class="table__sub">{words.viewer}</span>}
              </span>
            </td>
            <td data-label={words.email}>
              <span>
                {row.email_masked ?? sharedWords.words.value.none}
                {row.email_masked && !row.email_verified && <span class="table__sub">{words.unverified}</span>}
              </span>
            </td>
            <td data-label={words.seen} title={formatTime(row.last_seen_at)}>
              {row.last_seen_at ? formatAgo(row.last_seen_at) : sharedWords.words.value.never}
            </td>
            {may && (
              <td class="table__actions">
                {(row.roles.length === 0 || accessTo('manage_accounts') === 'all') && (
                  <button type="button" class="button button--quiet" data-testid="reset-link" aria-label={`${words.resetLink}: ${row.login}`} onClick={() => askLink(row)}>
                    {words.resetLink}
                  </button>
                )}
                {row.id !== account.value?.id && (
                  <button
                    type="button"
                    class="button button--quiet"
                    data-testid="toggle"
                    aria-label={`${row.disabled ? words.enable : words.disable}: ${row.login}`}
                    onClick={() => void set(row, !row.disabled, false)}
                  >
                    {row.disabled ? words.enable : words.disable}
                  </button>
                )}
              </td>
            )}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function LinkDialog({ link, onClose }: { link: ResetLink; onClose(): void }): JSX.Element {
  const words = operationsWords.words.value.accounts;
  return (
    <Dialog title={words.linkReady} onClose={onClose} testid="link-dialog">
      <p class="dialog__text">{words.linkHow(formatTime(link.expires_at, { timeStyle: 'short' }))}</p>
      <Secret text={link.url} label={words.linkLabel} testid="reset-url" />
      <div class="dialog__actions">
        <button type="button" class="button" onClick={onClose}>
          {words.done}
        </button>
      </div>
    </Dialog>
  );
}
