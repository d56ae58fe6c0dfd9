import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Creation, get, remove } from '../../api/call';
import { list, optionalText, record, text, type Of } from '../../api/read';
import { formatAgo, formatDate } from '../../i18n';
import { Confirm } from '../../shared/confirm';
import { Dialog } from '../../shared/dialog';
import { PasswordField, SelectField, TextField } from '../../shared/form/fields';
import { Form, useForm } from '../../shared/form/form';
import { Box } from '../../shared/page';
import { Loaded, useResource } from '../../shared/resource';
import { Secret } from '../../shared/secret';
import { toast } from '../../shared/toasts';
import { accountWords } from '../words';

const path = '/api/v1/account/tokens';
const shape = { id: text, name: text, scopes: list(text), created_at: text, last_used_at: optionalText, last_used_from: optionalText, expires_at: optionalText };
const readTokens = record({ tokens: list(record(shape)) });
const readCreated = record({ ...shape, token: text });
type Token = Of<typeof readTokens>['tokens'][number];

const scopes = ['read', 'channels', 'streams', 'accounts', 'audit'] as const;
const lifetimes = ['30', '90', '365', ''] as const;

/** For programs that act in this account's name. */
export function TokensSection(): JSX.Element {
  const words = accountWords.words.value.tokens;
  const tokens = useResource(() => get(path, readTokens));
  const creating = useSignal(false);
  const ending = useSignal<Token | null>(null);
  const facts = (token: Token): string =>
    [
      token.scopes.map((scope) => words.scopeNames[scope as (typeof scopes)[number]] ?? scope).join(', '),
      token.last_used_at ? words.used(formatAgo(token.last_used_at), token.last_used_from) : words.unused,
      token.expires_at ? words.expires(formatDate(token.expires_at)) : words.endless,
    ].join(' · ');
  return (
    <Box title={words.title} text={words.text} testid="tokens">
      <Loaded from={tokens} rows={1}>
        {(known) =>
          known.tokens.length === 0 ? (
            <p class="box__text">{words.none}</p>
          ) : (
            <ul class="devices">
              {known.tokens.map((token) => (
                <li key={token.id} class="devices__item" data-testid="token">
                  <div class="devices__words">
                    <p class="devices__name">{token.name}</p>
                    <p class="devices__facts">{facts(token)}</p>
                  </div>
                  <button type="button" class="button button--quiet" aria-label={words.endOne(token.name)} onClick={() => (ending.value = token)}>
                    {words.end}
                  </button>
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
      <div class="box__actions">
        <button type="button" class="button button--plain" data-testid="token-open" onClick={() => (creating.value = true)}>
          {words.create}
        </button>
      </div>
      {creating.value && <CreateDialog onClose={() => (creating.value = false)} onCreated={() => void tokens.load()} />}
      {ending.value && (
        <Confirm
          title={words.endTitle(ending.value.name)}
          action={words.end}
          danger
          onClose={() => (ending.value = null)}
          run={async () => {
            const outcome = await remove(`${path}/${encodeURIComponent(ending.value?.id ?? '')}`);
            if (!outcome.ok) return outcome.problem;
            toast(words.ended);
            void tokens.load();
            return null;
          }}
        >
          <p>{words.endText}</p>
        </Confirm>
      )}
    </Box>
  );
}

function CreateDialog({ onClose, onCreated }: { onClose(): void; onCreated(): void }): JSX.Element {
  const words = accountWords.words.value.tokens;
  const [creation] = useState(() => new Creation(path, readCreated));
  const chosen = useSignal<ReadonlySet<string>>(new Set(['read']));
  const created = useSignal<string | null>(null);
  const form = useForm({
    names: ['name', 'scopes', 'expires_in_days', 'password'],
    check: ({ name, password }) => ({
      name: name.trim() === '' ? words.nameMissing : undefined,
      scopes: chosen.value.size === 0 ? words.scopesMissing : undefined,
      password: password === '' ? words.passwordMissing : undefined,
    }),
    send: async ({ name, expires_in_days, password }) => {
      const outcome = await creation.send({
        name: name.trim(),
        scopes: scopes.filter((scope) => chosen.value.has(scope)),
        expires_in_days: expires_in_days === '' ? null : Number(expires_in_days),
        password,
      });
      if (!outcome.ok) return outcome.problem;
      created.value = outcome.value.token;
      onCreated();
      return null;
    },
    words: () => words.problems,
  });
  const toggle = (scope: string, on: boolean): void => {
    const next = new Set(chosen.value);
    if (on) next.add(scope);
    else next.delete(scope);
    chosen.value = next;
    form.forget('scopes');
  };
  if (created.value !== null) {
    return (
      <Dialog title={words.createdTitle} onClose={onClose} testid="token-dialog">
        <p class="dialog__text">{words.createdText}</p>
        <Secret text={created.value} label={words.tokenLabel} testid="new-token" />
        <div class="dialog__actions">
          <button type="button" class="button" onClick={onClose}>
            {words.done}
          </button>
        </div>
      </Dialog>
    );
  }
  return (
    <Dialog title={words.create} onClose={onClose} testid="token-dialog">
      <Form model={form} action={words.action} testid="token-form">
        <TextField name="name" label={words.name} hint={words.nameHint} maxLength={50} />
        <fieldset class="checks" data-invalid={form.errors.value.scopes ? '' : undefined}>
          <legend class="field__label">{words.scopes}</legend>
          {scopes.map((scope) => (
            <label key={scope} class="check">
              <input type="checkbox" name="scope" value={scope} checked={chosen.value.has(scope)} onChange={(event) => toggle(scope, event.currentTarget.checked)} />
              <span>
                {words.scopeNames[scope]}
                <small>{words.scopeTexts[scope]}</small>
              </span>
            </label>
          ))}
          {form.errors.value.scopes && <p class="field__error">{form.errors.value.scopes}</p>}
        </fieldset>
        <SelectField name="expires_in_days" label={words.lifetime} value="90" options={lifetimes.map((value) => ({ value, label: words.lifetimes[value] }))} />
        <PasswordField name="password" label={words.password} hint={words.passwordHint} />
      </Form>
    </Dialog>
  );
}
