import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { nothing, send } from '../../api/call';
import { list, record, text } from '../../api/read';
import { updateAccount, type Account } from '../../session/session';
import { Dialog } from '../../shared/dialog';
import { PasswordField, TextField } from '../../shared/form/fields';
import { Form, useForm } from '../../shared/form/form';
import { Box } from '../../shared/page';
import { Secret } from '../../shared/secret';
import { toast } from '../../shared/toasts';
import { QrCode } from '../qr-code';
import { RecoveryCodes } from '../recovery-codes';
import { accountWords } from '../words';

const path = '/api/v1/account/totp';
const readPending = record({ secret: text, otpauth_url: text });
const readCodes = record({ recovery_codes: list(text) });

const blame = <P extends { code: string }>(problem: P): P & { field?: string } =>
  ['invalid_credentials', 'wrong_password', 'invalid_password'].includes(problem.code)
    ? { ...problem, field: 'password' }
    : problem.code === 'invalid_code'
      ? { ...problem, field: 'code' }
      : problem;

/** A second step at sign-in: a code of an authenticator app. */
export function TwoStepSection({ account }: { account: Account }): JSX.Element {
  const words = accountWords.words.value.twoStep;
  const open = useSignal<'enable' | 'disable' | null>(null);
  const close = (): void => void (open.value = null);
  return (
    <Box
      title={words.title}
      text={words.text}
      testid="two-step"
      action={<span class={account.totp ? 'tag' : 'tag tag--warn'} data-testid="two-step-state">{account.totp ? words.on : words.off}</span>}
    >
      <div class="box__actions">
        <button type="button" class="button button--plain" data-testid="two-step-open" onClick={() => (open.value = account.totp ? 'disable' : 'enable')}>
          {account.totp ? words.disable : words.enable}
        </button>
      </div>
      {open.value === 'enable' && <EnableDialog account={account} onClose={close} />}
      {open.value === 'disable' && <DisableDialog account={account} onClose={close} />}
    </Box>
  );
}

function EnableDialog({ account, onClose }: { account: Account; onClose(): void }): JSX.Element {
  const words = accountWords.words.value.twoStep;
  const pending = useSignal<{ secret: string; otpauth_url: string } | null>(null);
  const codes = useSignal<string[] | null>(null);

  const start = useForm({
    names: ['password'],
    check: ({ password }) => ({ password: password === '' ? words.passwordMissing : undefined }),
    send: async ({ password }) => {
      const outcome = await send('POST', path, { password }, readPending);
      if (!outcome.ok) return { ...outcome.problem, ...blame(outcome.problem) };
      pending.value = outcome.value;
      return null;
    },
  });
  const confirm = useForm({
    names: ['code'],
    check: ({ code }) => ({ code: /^\d{6}$/.test(code.replace(/\s/g, '')) ? undefined : words.codeRule }),
    send: async ({ code }) => {
      const outcome = await send('PUT', path, { code: code.replace(/\s/g, '') }, readCodes);
      if (!outcome.ok) return { ...outcome.problem, ...blame(outcome.problem) };
      codes.value = outcome.value.recovery_codes;
      updateAccount({ ...account, totp: true });
      return null;
    },
  });

  if (codes.value) {
    return (
      <Dialog title={words.codesTitle} onClose={onClose} testid="two-step-dialog">
        <RecoveryCodes codes={codes.value} login={account.login} onDone={onClose} />
      </Dialog>
    );
  }
  return (
    <Dialog title={words.enableTitle} onClose={onClose} testid="two-step-dialog">
      {pending.value === null ? (
        <Form key="start" model={start} action={words.next} testid="two-step-start">
          <PasswordField name="password" label={words.password} hint={words.passwordHint} />
        </Form>
      ) : (
        <>
          <ol class="steps">
            <li>
              <p>{words.scan}</p>
              <div class="qr">
                <QrCode text={pending.value.otpauth_url} label={words.qrLabel} />
              </div>
            </li>
            <li>
              <p>{words.orType}</p>
              <Secret text={pending.value.secret.replace(/(.{4})(?=.)/g, '$1 ')} label={words.secretLabel} testid="totp-secret" />
            </li>
            <li>
              <p>{words.enterCode}</p>
            </li>
          </ol>
          <Form key="confirm" model={confirm} action={words.confirm} testid="two-step-confirm">
            <TextField name="code" label={words.code} autocomplete="one-time-code" inputmode="numeric" maxLength={7} mono />
          </Form>
        </>
      )}
    </Dialog>
  );
}

function DisableDialog({ account, onClose }: { account: Account; onClose(): void }): JSX.Element {
  const words = accountWords.words.value.twoStep;
  const form = useForm({
    names: ['password', 'code'],
    check: ({ password, code }) => ({
      password: password === '' ? words.passwordMissing : undefined,
      code: code.trim() === '' ? words.codeMissing : undefined,
    }),
    send: async ({ password, code }) => {
      const outcome = await send('POST', `${path}/disable`, { password, code: code.replace(/\s/g, '') }, nothing);
      if (!outcome.ok) return { ...outcome.problem, ...blame(outcome.problem) };
      updateAccount({ ...account, totp: false });
      onClose();
      toast(words.disabled);
      return null;
    },
  });
  return (
    <Dialog title={words.disableTitle} onClose={onClose} testid="two-step-dialog">
      <p class="dialog__text">{words.disableText}</p>
      <Form model={form} action={words.disable} danger testid="two-step-disable">
        <PasswordField name="password" label={words.password} />
        <TextField name="code" label={words.code} hint={words.codeOrRecovery} autocomplete="one-time-code" maxLength={16} mono verbatim />
      </Form>
    </Dialog>
  );
}
