import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Creation, get } from '../api/call';
import { flag, record } from '../api/read';
import { language } from '../i18n';
import { enterSession, readSession } from '../session/session';
import { TextField } from '../shared/form/fields';
import { Form, useForm } from '../shared/form/form';
import { InsecureNote } from '../shared/insecure';
import { SheetPage } from '../shared/page';
import { Loaded, useResource } from '../shared/resource';
import { Link, navigate, takeFragment } from '../shared/router';
import { toast } from '../shared/toasts';
import { NewPassword, passwordError } from './new-password';
import { isLogin, loginOf } from './rules';
import { accountWords } from './words';

const readSetup = record({ needed: flag });

/** Where the link leads that the server prints at its first start: the first account, which runs the shop. */
export function SetupPage(): JSX.Element {
  const words = accountWords.words.value.setup;
  const [token] = useState(takeFragment);
  const setup = useResource(() => get('/api/v1/setup', readSetup));
  if (setup.value.value?.needed === false) {
    return (
      <SheetPage title={words.overTitle} lead={words.overText} testid="setup-over">
        <Link href="/login" class="button">
          {words.logIn}
        </Link>
      </SheetPage>
    );
  }
  return (
    <SheetPage title={words.title} lead={words.lead} testid="setup">
      <Loaded from={setup}>{() => (token === '' ? <NoToken /> : <SetupForm token={token} />)}</Loaded>
    </SheetPage>
  );
}

function NoToken(): JSX.Element {
  const words = accountWords.words.value.setup;
  return (
    <div class="rows">
      <p>{words.tokenMissing}</p>
      <code class="notice">shopcast setup-link</code>
    </div>
  );
}

function SetupForm({ token }: { token: string }): JSX.Element {
  const words = accountWords.words.value;
  const [creation] = useState(() => new Creation('/api/v1/setup', readSession));
  const form = useForm({
    names: ['login', 'display_name', 'password'],
    check: ({ login, display_name, password }) => ({
      login: isLogin(login) ? undefined : words.signUp.loginRule,
      display_name: display_name.trim() === '' ? words.setup.nameMissing : undefined,
      password: passwordError(password, login),
    }),
    send: async ({ login, display_name, password }) => {
      const body = { token, login: loginOf(login), password, display_name: display_name.trim(), language: language.peek() };
      const outcome = await creation.send(body);
      if (!outcome.ok) return outcome.problem;
      enterSession(outcome.value);
      navigate('/studio', 'replace');
      toast(words.setup.welcome);
      return null;
    },
    words: () => ({ ...words.signUp.problems, ...words.setup.problems }),
  });
  return (
    <>
      <InsecureNote />
      <Form model={form} action={words.setup.action} testid="setup-form">
        <TextField name="login" label={words.signUp.login} hint={words.signUp.loginHint} autocomplete="username" maxLength={32} verbatim />
        <TextField name="display_name" label={words.signUp.name} hint={words.setup.nameHint} autocomplete="name" maxLength={60} />
        <NewPassword name="password" label={words.signUp.password} />
      </Form>
    </>
  );
}
