import type { JSX } from 'preact';
import { send } from '../../api/call';
import { switchLanguage } from '../../i18n';
import { readAccount, updateAccount, type Account } from '../../session/session';
import { PasswordField, SelectField, TextField } from '../../shared/form/fields';
import { Form, useForm } from '../../shared/form/form';
import { Box } from '../../shared/page';
import { toast } from '../../shared/toasts';
import { useSignal } from '@preact/signals';
import { accountWords } from '../words';

const languages = [
  { value: 'ko', label: '한국어' },
  { value: 'en', label: 'English' },
];

export function ProfileSection({ account }: { account: Account }): JSX.Element {
  const words = accountWords.words.value.profile;
  const email = useSignal(account.email ?? '');
  // A changed address could take over the account by a reset link: it needs the password.
  const emailChanges = email.value.trim() !== (account.email ?? '');
  const form = useForm({
    names: ['display_name', 'email', 'password', 'language'],
    check: ({ display_name, email: typed, password }) => ({
      display_name: display_name.trim() === '' ? words.nameMissing : undefined,
      email: typed.trim() === '' || /^\S+@\S+$/.test(typed.trim()) ? undefined : accountWords.words.value.signUp.emailWrong,
      password: emailChanges && password === '' ? words.passwordMissing : undefined,
    }),
    send: async ({ display_name, email: typed, password, language }) => {
      const body = {
        display_name: display_name.trim(),
        language,
        ...(emailChanges && { email: typed.trim() === '' ? null : typed.trim(), password }),
      };
      const outcome = await send('PATCH', '/api/v1/account', body, readAccount);
      if (!outcome.ok) return outcome.problem;
      updateAccount(outcome.value);
      email.value = outcome.value.email ?? '';
      await switchLanguage(outcome.value.language);
      toast(accountWords.words.value.profile.saved);
      return null;
    },
    words: () => words.problems,
  });
  return (
    <Box title={words.title} testid="profile">
      <Form model={form} action={words.action} testid="profile-form">
        <TextField name="display_name" label={words.name} hint={words.nameHint} value={account.display_name} autocomplete="nickname" maxLength={60} />
        <TextField
          name="email"
          label={words.email}
          hint={account.email && !account.email_verified ? words.emailUnverified : words.emailHint}
          value={account.email ?? ''}
          type="email"
          inputmode="email"
          autocomplete="email"
          verbatim
          optional
          onValue={(typed) => (email.value = typed)}
        />
        {emailChanges && <PasswordField name="password" label={words.password} hint={words.passwordHint} />}
        <SelectField name="language" label={words.language} hint={words.languageHint} value={account.language} options={languages} />
      </Form>
    </Box>
  );
}
