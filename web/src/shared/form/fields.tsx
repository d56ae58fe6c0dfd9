import { useSignal } from '@preact/signals';
import type { ComponentChildren, JSX } from 'preact';
import { sharedWords } from '../words';
import { EyeIcon, EyeOffIcon } from '../icons';
import { fieldId, useFormContext } from './form';

interface FieldProps {
  name: string;
  label: string;
  hint?: ComponentChildren;
  /** The HTML autocomplete token, so that browsers and password stores know what is asked for. */
  autocomplete?: string;
  value?: string;
  optional?: boolean;
  onValue?(value: string): void;
}

interface TextFieldProps extends FieldProps {
  type?: 'text' | 'email' | 'datetime-local';
  inputmode?: 'text' | 'numeric' | 'decimal' | 'email' | 'tel';
  maxLength?: number;
  /** For what is read letter by letter: codes, keys. */
  mono?: boolean;
  /** A name or a code: no capitals and no corrections by the keyboard. */
  verbatim?: boolean;
  autofocus?: boolean;
}

const verbatimAttributes = { autocapitalize: 'none', autocorrect: 'off', spellcheck: false } as const;

export function TextField({ name, label, hint, autocomplete = 'off', type = 'text', inputmode, maxLength, value, mono, verbatim, optional, onValue, autofocus }: TextFieldProps): JSX.Element {
  const { id, described, error, model } = useField(name, hint);
  return (
    <Frame id={id} label={label} hint={hint} error={error} optional={optional}>
      <input
        id={id}
        name={name}
        // preact's types tie each type of input to other roles: both of these have the same.
        {...({ type } as { type: 'text' })}
        class={mono ? 'input input--mono' : 'input'}
        autocomplete={autocomplete}
        aria-describedby={described}
        aria-invalid={error !== undefined}
        defaultValue={value ?? ''}
        {...(autofocus && { autofocus: true })}
        {...(inputmode && { inputMode: inputmode })}
        {...(maxLength !== undefined && { maxLength })}
        {...(verbatim && verbatimAttributes)}
        onInput={(event) => {
          model.forget(name);
          onValue?.(event.currentTarget.value);
        }}
      />
    </Frame>
  );
}

export function PasswordField({ name, label, hint, autocomplete = 'current-password', onValue }: FieldProps): JSX.Element {
  const { id, described, error, model } = useField(name, hint);
  const shown = useSignal(false);
  const words = sharedWords.words.value;
  return (
    <Frame id={id} label={label} hint={hint} error={error} optional={false}>
      <div class="input-group">
        <input
          id={id}
          name={name}
          {...({ type: shown.value ? 'text' : 'password' } as { type: 'text' })}
          class="input"
          autocomplete={autocomplete}
          aria-describedby={described}
          aria-invalid={error !== undefined}
          {...verbatimAttributes}
          onInput={(event) => {
            model.forget(name);
            onValue?.(event.currentTarget.value);
          }}
        />
        <button
          type="button"
          class="icon-button input-group__button"
          aria-label={words.showPassword}
          aria-pressed={shown.value}
          onClick={() => (shown.value = !shown.value)}
        >
          {shown.value ? <EyeOffIcon /> : <EyeIcon />}
        </button>
      </div>
    </Frame>
  );
}

interface TextAreaFieldProps extends FieldProps {
  rows?: number;
  maxLength?: number;
}

export function TextAreaField({ name, label, hint, value, optional, rows = 4, maxLength, onValue }: TextAreaFieldProps): JSX.Element {
  const { id, described, error, model } = useField(name, hint);
  return (
    <Frame id={id} label={label} hint={hint} error={error} optional={optional}>
      <textarea
        id={id}
        name={name}
        class="input"
        rows={rows}
        aria-describedby={described}
        aria-invalid={error !== undefined}
        defaultValue={value ?? ''}
        {...(maxLength !== undefined && { maxLength })}
        onInput={(event) => {
          model.forget(name);
          onValue?.(event.currentTarget.value);
        }}
      />
    </Frame>
  );
}

interface SelectFieldProps extends FieldProps {
  options: readonly { value: string; label: string }[];
}

export function SelectField({ name, label, hint, value, options, onValue }: SelectFieldProps): JSX.Element {
  const { id, described, error } = useField(name, hint);
  return (
    <Frame id={id} label={label} hint={hint} error={error} optional={false}>
      <select id={id} name={name} class="input" aria-describedby={described} onChange={(event) => onValue?.(event.currentTarget.value)}>
        {options.map((option) => (
          <option key={option.value} value={option.value} selected={option.value === value}>
            {option.label}
          </option>
        ))}
      </select>
    </Frame>
  );
}

function useField(name: string, hint: ComponentChildren) {
  const context = useFormContext();
  const id = fieldId(context, name);
  const error = context.model.errors.value[name];
  const described = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(' ') || undefined;
  return { id, described, error, model: context.model };
}

interface FrameProps {
  id: string;
  label: string;
  hint: ComponentChildren;
  error: string | undefined;
  optional: boolean | undefined;
  children: ComponentChildren;
}

function Frame({ id, label, hint, error, optional, children }: FrameProps): JSX.Element {
  return (
    <div class="field" data-invalid={error !== undefined ? '' : undefined}>
      <label class="field__label" for={id}>
        {label}
        {optional && <span class="field__optional"> {sharedWords.words.value.optional}</span>}
      </label>
      {hint && (
        <div id={`${id}-hint`} class="field__hint">
          {hint}
        </div>
      )}
      {children}
      {error !== undefined && (
        <p id={`${id}-error`} class="field__error">
          {error}
        </p>
      )}
    </div>
  );
}
