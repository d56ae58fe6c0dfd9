import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { get, nothing, remove, send } from '../api/call';
import { list, record, text, type Of } from '../api/read';
import { formatTime } from '../i18n';
import { account, accessTo, mayChange } from '../session/session';
import { studioShop } from '../session/shops';
import { Confirm } from '../shared/confirm';
import { SelectField, TextField } from '../shared/form/fields';
import { Form, useForm } from '../shared/form/form';
import { Box, StaffPage } from '../shared/page';
import { wordsOf } from '../shared/problem-words';
import { Loaded, useResource } from '../shared/resource';
import { toast } from '../shared/toasts';
import { sharedWords } from '../shared/words';
import { StudioNav } from '../staff/studio-nav';
import { studioWords } from './words';

const readRoles = record({
  roles: list(record({ account: record({ id: text, login: text, display_name: text }), role: text, granted_at: text, granted_by: text })),
});
type Grant = Of<typeof readRoles>['roles'][number];

const shopRoles = ['host', 'moderator'];
const globalRoles = ['operator', 'auditor', 'admin'];

/** Roles of the whole server hang on the shop "*". */
const pathOf = (role: string, login: string): string => {
  const shop = globalRoles.includes(role) ? '*' : studioShop.peek();
  return `/api/v1/shops/${encodeURIComponent(shop)}/roles/${encodeURIComponent(login)}/${encodeURIComponent(role)}`;
};

export const roleName = (role: string): string => (sharedWords.words.value.roles as Partial<Record<string, string>>)[role] ?? role;

export function TeamPage(): JSX.Element {
  const words = studioWords.words.value.team;
  const roles = useResource(() => get(`/api/v1/shops/${encodeURIComponent(studioShop.peek())}/roles`, readRoles));
  const may = mayChange('grant_roles');
  const again = (): void => void roles.load();
  return (
    <StaffPage title={words.title} lead={words.lead} nav={<StudioNav />} testid="team">
      {may && <Invite onInvited={again} />}
      <Box title={words.members}>
        <Loaded from={roles}>{(known) => <Members grants={known.roles} may={may} onChanged={again} />}</Loaded>
      </Box>
    </StaffPage>
  );
}

function Members({ grants, may, onChanged }: { grants: Grant[]; may: boolean; onChanged(): void }): JSX.Element {
  const words = studioWords.words.value.team;
  const leaving = useSignal<Grant | null>(null);
  const take = async ({ account: { login }, role }: Grant): Promise<boolean> => {
    const outcome = await remove(pathOf(role, login));
    if (!outcome.ok) {
      toast(wordsOf(outcome.problem));
      return false;
    }
    const undo = (): void => void send('PUT', pathOf(role, login), {}, nothing).then(onChanged);
    toast(words.removed(login, roleName(role)), undo);
    onChanged();
    return true;
  };
  return (
    <>
      <table class="table">
        <thead>
          <tr>
            <th scope="col">{words.who}</th>
            <th scope="col">{words.role}</th>
            <th scope="col">{words.since}</th>
            {may && (
              <th scope="col" class="table__actions">
                <span class="visually-hidden">{words.remove}</span>
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {grants.map((grant) => (
            <tr key={`${grant.account.id}/${grant.role}`} data-testid="member" data-login={grant.account.login} data-role={grant.role}>
              <td>
                <span>
                  <span class="table__main">{grant.account.display_name || grant.account.login}</span>
                  <span class="table__sub">{grant.account.login}</span>
                </span>
              </td>
              <td data-label={words.role}>
                <span class="tag">{roleName(grant.role)}</span>
              </td>
              <td data-label={words.since}>
                <span>
                  {formatTime(grant.granted_at, { dateStyle: 'medium' })}
                  {grant.granted_by && <span class="table__sub">{words.by(grant.granted_by)}</span>}
                </span>
              </td>
              {may && (
                <td class="table__actions">
                  <button
                    type="button"
                    class="button button--quiet"
                    aria-label={words.removeOne(grant.account.login, roleName(grant.role))}
                    // Taking one's own role away closes the door behind oneself: that is asked about.
                    onClick={() => (grant.account.id === account.value?.id ? (leaving.value = grant) : void take(grant))}
                  >
                    {words.remove}
                  </button>
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
      {leaving.value && (
        <Confirm
          title={words.leaveTitle}
          action={words.remove}
          danger
          onClose={() => (leaving.value = null)}
          run={async () => {
            if (leaving.value) await take(leaving.value);
            return null;
          }}
        >
          <p>{words.leaveText(roleName(leaving.value.role))}</p>
        </Confirm>
      )}
    </>
  );
}

function Invite({ onInvited }: { onInvited(): void }): JSX.Element {
  const words = studioWords.words.value.team;
  const all = accessTo('grant_roles') === 'all' ? [...shopRoles, ...globalRoles] : shopRoles;
  const form = useForm({
    names: ['login', 'role'],
    check: ({ login }) => ({ login: login.trim() === '' ? words.loginMissing : undefined }),
    send: async ({ login: typed, role }) => {
      const login = typed.trim().toLowerCase();
      const outcome = await send('PUT', pathOf(role, login), {}, nothing);
      if (!outcome.ok) return outcome.problem.status === 404 ? { ...outcome.problem, code: 'no_such_account', field: 'login' } : outcome.problem;
      const undo = (): void => void remove(pathOf(role, login)).then(onInvited);
      toast(words.invited(login, roleName(role)), undo);
      onInvited();
      return null;
    },
    words: () => words.problems,
  });
  return (
    <Box title={words.inviteTitle} text={words.inviteText} testid="invite">
      <Form model={form} action={words.invite} testid="invite-form" resets>
        <TextField name="login" label={words.login} hint={words.loginHint} maxLength={32} verbatim />
        <SelectField name="role" label={words.role} value="host" options={all.map((value) => ({ value, label: words.roleOptions[value as keyof typeof words.roleOptions] }))} />
      </Form>
    </Box>
  );
}
