import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { nothing, send } from '../../api/call';
import { refreshSession, type Account } from '../../session/session';
import { Dialog } from '../../shared/dialog';
import { PasswordField, TextField } from '../../shared/form/fields';
import { Form, useForm } from '../../shared/form/form';
import { Box } from '../../shared/page';
import { navigate } from '../../shared/router';
import { toast } from '../../shared/toasts';
import { loginOf } from '../rules';
import { accountWords } from '../words';

export function DeleteSection({ account }: { account: Account }): JSX.Element {
  const words = accountWords.words.value.remove;
  const asking = useSignal(false);
  return (
    <Box title={words.title} text={words.text} testid="delete">
      <div class="box__actions">
        <button type="button" class="button button--danger-quiet" data-testid="delete-account" onClick={() => (asking.value = true)}>
          {words.open}
        </button>
      </div>
      {asking.value && <DeleteDialog account={account} onClose={() => (asking.value = false)} />}
    </Box>
  );
}

function DeleteDialog({ account, onClose }: { account: Account; onClose(): void }): JSX.Element {
  const words = accountWords.words.value.remove;
  const form = useForm({
    names: ['login', 'password'],
    check: ({ login, password }) => ({
      login: loginOf(login) === account.login ? undefined : words.loginWrong,
      password: password === '' ? words.passwordMissing : undefined,
    }),
    send: async ({ password }) => {
      const outcome = await send('POST', '/api/v1/account/delete', { password }, nothing);
      if (!outcome.ok) return ['invalid_credentials', 'wrong_password'].includes(outcome.problem.code) ? { ...outcome.problem, field: 'password' } : outcome.problem;
      onClose();
      navigate('/', 'replace');
      void refreshSession();
      toast(words.done);
      return null;
    },
  });
  return (
    <Dialog title={words.dialogTitle} onClose={onClose} testid="delete-dialog">
      <p class="dialog__text">{words.dialogText}</p>
      <Form model={form} action={words.action} danger testid="delete-form">
        <TextField name="login" label={words.login(account.login)} verbatim />
        <PasswordField name="password" label={words.password} />
      </Form>
    </Dialog>
  );
}
