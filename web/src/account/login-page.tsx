import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { send } from '../api/call';
import { account, enterSession, readSession } from '../session/session';
import { PasswordField, TextField } from '../shared/form/fields';
import { Form, useForm } from '../shared/form/form';
import { InsecureNote } from '../shared/insecure';
import { nextPath } from '../shared/next-path';
import { SheetPage } from '../shared/page';
import { Link, navigate, query } from '../shared/router';
import { loginOf } from './rules';
import { accountWords } from './words';

export function LoginPage(): JSX.Element {
  const words = accountWords.words.value.logIn;
  const askCode = useSignal(false);
  const who = account.value;
  const next = nextPath(query.value, location.origin);
  // Signed in already, or just now.
  useEffect(() => {
    if (who) navigate(next, 'replace');
  }, [who !== null]);

  const form = useForm({
    names: ['login', 'password', 'code'],
    check: ({ login, password, code }) => ({
      login: login.trim() === '' ? words.loginMissing : undefined,
      password: password === '' ? words.passwordMissing : undefined,
      code: askCode.value && code.trim() === '' ? words.codeMissing : undefined,
    }),
    send: async ({ login, password, code }) => {
      const typedCode = code.replace(/\s/g, '');
      const body = { login: loginOf(login), password, ...(askCode.value && { code: typedCode }) };
      const outcome = await send('POST', '/api/v1/session', body, readSession);
      if (outcome.ok) {
        enterSession(outcome.value);
        return null;
      }
      const { problem } = outcome;
      const firstAsk = problem.code === 'code_required' && !askCode.value;
      if (problem.code === 'code_required') askCode.value = true;
      if (problem.code === 'invalid_code') return { ...problem, field: 'code' };
      // Not refused: the second step begins.
      return firstAsk ? null : problem;
    },
    words: () => words.problems,
  });

  return (
    <SheetPage
      title={words.title}
      testid="login"
      foot={
        <>
          {words.noAccount}{' '}
          <Link href={`/signup${query.value}`} class="link">
            {words.signUp}
          </Link>
        </>
      }
    >
      <InsecureNote />
      <Form
        model={form}
        action={askCode.value ? words.confirm : words.action}
        testid="login-form"
        aside={
          <Link href="/forgot" class="link">
            {words.forgot}
          </Link>
        }
      >
        <TextField name="login" label={words.login} autocomplete="username" maxLength={32} verbatim autofocus />
        <PasswordField name="password" label={words.password} />
        {askCode.value && <CodeField />}
      </Form>
    </SheetPage>
  );
}

/** The second step. It takes the focus when it appears, because it is what is asked for now. */
function CodeField(): JSX.Element {
  const words = accountWords.words.value.logIn;
  useEffect(() => document.querySelector<HTMLInputElement>('input[name=code]')?.focus(), []);
  return <TextField name="code" label={words.code} hint={words.codeHint} autocomplete="one-time-code" inputmode="text" maxLength={16} mono verbatim />;
}
