import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { nothing, send } from '../api/call';
import { refreshSession } from '../session/session';
import { Form, useForm } from '../shared/form/form';
import { InsecureNote } from '../shared/insecure';
import { SheetPage } from '../shared/page';
import { Link, takeFragment } from '../shared/router';
import { NewPassword, passwordError } from './new-password';
import { accountWords } from './words';

/** Where a reset link leads. Its token is behind the #, which browsers never send anywhere by themselves. */
export function ResetPage(): JSX.Element {
  const words = accountWords.words.value.reset;
  const [token] = useState(takeFragment);
  const done = useSignal(false);
  const form = useForm({
    names: ['new_password'],
    check: ({ new_password }) => ({ new_password: passwordError(new_password, '') }),
    send: async ({ new_password }) => {
      const outcome = await send('POST', '/api/v1/password-resets/confirm', { token, new_password }, nothing);
      if (!outcome.ok) return outcome.problem;
      done.value = true;
      // Every session of the account is over, this browser's too if it had one.
      void refreshSession();
      return null;
    },
    words: () => words.problems,
  });
  if (done.value) {
    return (
      <SheetPage title={words.doneTitle} lead={words.doneText} testid="reset-done">
        <Link href="/login" class="button">
          {words.logIn}
        </Link>
      </SheetPage>
    );
  }
  if (token === '') {
    return (
      <SheetPage title={words.brokenTitle} lead={words.brokenText} testid="reset-broken">
        <Link href="/forgot" class="button">
          {words.another}
        </Link>
      </SheetPage>
    );
  }
  return (
    <SheetPage title={words.title} lead={words.lead} testid="reset">
      <InsecureNote />
      <Form model={form} action={words.action} testid="reset-form">
        <NewPassword name="new_password" label={words.password} />
      </Form>
    </SheetPage>
  );
}
