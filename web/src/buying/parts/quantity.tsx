import type { JSX } from 'preact';
import { useId } from 'preact/hooks';

interface QuantityProps {
  label: string;
  /** The label is read, not shown: the line says what it is. */
  quiet?: boolean;
  value: number;
  min?: number;
  max: number;
  onValue(value: number): void;
}

/** How many: two large buttons around a number that can be typed. */
export function Quantity({ label, quiet = false, value, min = 1, max, onValue }: QuantityProps): JSX.Element {
  const id = useId();
  const set = (to: number): void => {
    const next = Math.min(max, Math.max(min, Math.trunc(to) || min));
    if (next !== value) onValue(next);
  };
  return (
    <div class="quantity">
      <label class={quiet ? 'visually-hidden' : 'field__label'} for={id}>
        {label}
      </label>
      <div class="quantity__row">
        <button type="button" class="icon-button" aria-label={`${label} −1`} aria-disabled={value <= min} onClick={() => set(value - 1)}>
          −
        </button>
        <input
          id={id}
          class="input quantity__input"
          inputMode="numeric"
          autocomplete="off"
          maxLength={3}
          value={value}
          onChange={(event) => {
            set(Number(event.currentTarget.value));
            event.currentTarget.value = String(Math.min(max, Math.max(min, Math.trunc(Number(event.currentTarget.value)) || min)));
          }}
        />
        <button type="button" class="icon-button" aria-label={`${label} +1`} aria-disabled={value >= max} onClick={() => set(value + 1)}>
          +
        </button>
      </div>
    </div>
  );
}
