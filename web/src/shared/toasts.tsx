import { signal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { t } from '../i18n';

interface Toast {
  id: number;
  text: string;
  undo: (() => void) | null;
}

const toasts = signal<Toast[]>([]);
let serial = 0;

const readMs = 6000;
// Long enough to find the button by keyboard.
const undoMs = 12_000;
const toastsMax = 3;

/** Says what just happened; with `undo` also how to take it back. The oldest goes when there are more than three. */
export function toast(text: string, undo: (() => void) | null = null): void {
  toasts.value = [...toasts.value, { id: ++serial, text, undo }].slice(-toastsMax);
}

const drop = (id: number): void => {
  toasts.value = toasts.value.filter((each) => each.id !== id);
};

export function Toasts(): JSX.Element {
  return (
    <div class="toasts" role="status" data-testid="toasts">
      {toasts.value.map((each) => (
        <OneToast key={each.id} toast={each} />
      ))}
    </div>
  );
}

function OneToast({ toast: { id, text, undo } }: { toast: Toast }): JSX.Element {
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const count = (): void => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => drop(id), undo ? undoMs : readMs);
  };
  const wait = (): void => clearTimeout(timer.current);
  useEffect(() => {
    count();
    return wait;
  }, []);
  return (
    <div class="toast" onPointerEnter={wait} onPointerLeave={count} onFocusIn={wait} onFocusOut={count}>
      <span>{text}</span>
      {undo && (
        <button
          type="button"
          class="toast__undo"
          onClick={() => {
            drop(id);
            undo();
          }}
        >
          {t.value.undo}
        </button>
      )}
    </div>
  );
}
