import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { nothing, send } from '../api/call';
import { TextField } from '../shared/form/fields';
import { Form, useForm } from '../shared/form/form';
import { SheetPage } from '../shared/page';
import { Link } from '../shared/router';
import { accountWords } from './words';

/** Asks for a link to set a new password. The answer never tells whether there is such an account. */
export function ForgotPage(): JSX.Element {
  const words = accountWords.words.value.forgot;
  const sent = useSignal(false);
  const form = useForm({
    names: ['login_or_email'],
    check: ({ login_or_email }) => ({ login_or_email: login_or_email.trim() === '' ? words.missing : undefined }),
    send: async ({ login_or_email }) => {
      const outcome = await send('POST', '/api/v1/password-resets', { login_or_email: login_or_email.trim() }, nothing);
      if (!outcome.ok) return outcome.problem;
      sent.value = true;
      return null;
    },
  });
  const back = (
    <Link href="/login" class="link">
      {words.back}
    </Link>
  );
  if (sent.value) {
    return (
      <SheetPage title={words.sentTitle} lead={words.sentText} testid="forgot-sent" foot={back}>
        <p class="notice">{words.sentHelp}</p>
      </SheetPage>
    );
  }
  return (
    <SheetPage title={words.title} lead={words.lead} testid="forgot" foot={back}>
      <Form model={form} action={words.action} testid="forgot-form">
        <TextField name="login_or_email" label={words.field} autocomplete="username" verbatim />
      </Form>
    </SheetPage>
  );
}
