import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Creation } from '../api/call';
import { language } from '../i18n';
import { account, enterSession, readSession } from '../session/session';
import { TextField } from '../shared/form/fields';
import { Form, useForm } from '../shared/form/form';
import { InsecureNote } from '../shared/insecure';
import { nextPath } from '../shared/next-path';
import { SheetPage } from '../shared/page';
import { Link, navigate, query } from '../shared/router';
import { NewPassword, passwordError } from './new-password';
import { isLogin, loginOf } from './rules';
import { accountWords } from './words';

export function SignUpPage(): JSX.Element {
  const words = accountWords.words.value.signUp;
  const next = nextPath(query.value, location.origin);
  const who = account.value;
  useEffect(() => {
    if (who) navigate(next, 'replace');
  }, [who !== null]);
  const [creation] = useState(() => new Creation('/api/v1/accounts', readSession));

  const form = useForm({
    names: ['login', 'display_name', 'email', 'password'],
    check: ({ login, password, email }) => ({
      login: isLogin(login) ? undefined : words.loginRule,
      email: email.trim() === '' || /^\S+@\S+$/.test(email.trim()) ? undefined : words.emailWrong,
      password: passwordError(password, login),
    }),
    send: async ({ login, display_name, email, password }) => {
      const outcome = await creation.send({
        login: loginOf(login),
        password,
        language: language.peek(),
        ...(display_name.trim() !== '' && { display_name: display_name.trim() }),
        ...(email.trim() !== '' && { email: email.trim() }),
      });
      if (!outcome.ok) return outcome.problem;
      enterSession(outcome.value);
      return null;
    },
    words: () => words.problems,
  });

  return (
    <SheetPage
      title={words.title}
      lead={words.lead}
      testid="signup"
      foot={
        <>
          {words.haveAccount}{' '}
          <Link href={`/login${query.value}`} class="link">
            {words.logIn}
          </Link>
        </>
      }
    >
      <InsecureNote />
      <Form model={form} action={words.action} testid="signup-form">
        <TextField name="login" label={words.login} hint={words.loginHint} autocomplete="username" maxLength={32} verbatim />
        <TextField name="display_name" label={words.name} hint={words.nameHint} autocomplete="nickname" maxLength={60} optional />
        <TextField name="email" label={words.email} hint={words.emailHint} type="email" inputmode="email" autocomplete="email" optional verbatim />
        <NewPassword name="password" label={words.password} />
      </Form>
    </SheetPage>
  );
}
