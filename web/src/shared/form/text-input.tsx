import type { Signal } from '@preact/signals';
import type { JSX } from 'preact';
import { useId } from 'preact/hooks';

interface TextInputProps {
  label: string;
  value: Signal<string>;
  maxLength?: number;
  type?: 'text' | 'search';
  testid?: string;
  onEnter?(): void;
}

/** An input outside of a form: what is typed is in the signal. */
export function TextInput({ label, value, maxLength = 100, type = 'text', testid, onEnter }: TextInputProps): JSX.Element {
  const id = useId();
  return (
    <div class="field">
      <label class="field__label" for={id}>
        {label}
      </label>
      <input
        id={id}
        {...({ type } as { type: 'text' })}
        class="input"
        autocomplete="off"
        data-testid={testid}
        maxLength={maxLength}
        value={value.value}
        onInput={(event) => (value.value = event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && !event.isComposing) onEnter?.();
        }}
      />
    </div>
  );
}
