import type { JSX } from 'preact';
import { nothing, send } from '../../api/call';
import type { Account } from '../../session/session';
import { PasswordField } from '../../shared/form/fields';
import { Form, useForm } from '../../shared/form/form';
import { Box } from '../../shared/page';
import { toast } from '../../shared/toasts';
import { NewPassword, passwordError } from '../new-password';
import { sessionsChanged } from './sessions-section';
import { accountWords } from '../words';

export function PasswordSection({ account }: { account: Account }): JSX.Element {
  const words = accountWords.words.value.password;
  const form = useForm({
    names: ['current_password', 'new_password'],
    check: ({ current_password, new_password }) => ({
      current_password: current_password === '' ? words.currentMissing : undefined,
      new_password: passwordError(new_password, account.login),
    }),
    send: async (values) => {
      const outcome = await send('POST', '/api/v1/account/password', values, nothing);
      if (!outcome.ok) {
        const { problem } = outcome;
        const currentWrong = ['invalid_credentials', 'wrong_password'].includes(problem.code);
        return currentWrong ? { ...problem, field: 'current_password' } : problem;
      }
      sessionsChanged.value += 1;
      toast(words.changed);
      return null;
    },
    words: () => words.problems,
  });
  return (
    <Box title={words.title} text={words.text} testid="password">
      <Form model={form} action={words.action} testid="password-form" resets>
        {/* Password stores look for the name beside the new password. */}
        <input type="text" name="username" autocomplete="username" value={account.login} hidden readOnly />
        <PasswordField name="current_password" label={words.current} />
        <NewPassword name="new_password" label={words.next} />
      </Form>
    </Box>
  );
}
