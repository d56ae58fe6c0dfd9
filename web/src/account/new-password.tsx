import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { PasswordField } from '../shared/form/fields';
import { passwordFault, passwordLengthMin, lengthOf, strengthOf } from './rules';
import { accountWords } from './words';

interface NewPasswordProps {
  name: string;
  label: string;
}

/** A password to be chosen: the rule in words, and how good the choice is while it is typed. */
export function NewPassword({ name, label }: NewPasswordProps): JSX.Element {
  const typed = useSignal('');
  const words = accountWords.words.value.password;
  const strength = strengthOf(typed.value);
  const said = strength === 'short' ? words.strength.short(passwordLengthMin - lengthOf(typed.value)) : strength === 'empty' ? '' : words.strength[strength];
  return (
    <div class="new-password">
      <PasswordField name={name} label={label} hint={words.rule} autocomplete="new-password" onValue={(value) => (typed.value = value)} />
      <p class="new-password__strength" data-strength={strength} aria-live="polite">
        {said}
      </p>
    </div>
  );
}

/** What is wrong with a chosen password, in words; undefined when nothing is. */
export function passwordError(password: string, login: string): string | undefined {
  const fault = passwordFault(password, login);
  return fault === null ? undefined : accountWords.words.value.password.fault[fault];
}
