import { useSignal } from '@preact/signals';
import type { ComponentChildren, JSX } from 'preact';
import type { Problem } from '../api/problem';
import { t } from '../i18n';
import { Dialog } from './dialog';
import { wordsOf } from './problem-words';

interface ConfirmProps {
  title: string;
  children: ComponentChildren;
  action: string;
  danger?: boolean;
  /** Does it; the dialog stays open, and says why, when it fails. */
  run(): Promise<Problem | null>;
  /** Sentences for problem codes, before the common ones. */
  words?: Partial<Record<string, string>>;
  onClose(): void;
}

/** Asks before something that others feel, and says what it will do to them. */
export function Confirm({ title, children, action, danger = false, run, words, onClose }: ConfirmProps): JSX.Element {
  const busy = useSignal(false);
  const failure = useSignal('');
  const go = async (): Promise<void> => {
    if (busy.value) return;
    busy.value = true;
    failure.value = '';
    const problem = await run();
    busy.value = false;
    if (problem) failure.value = wordsOf(problem, words);
    else onClose();
  };
  return (
    <Dialog title={title} onClose={onClose} testid="confirm">
      <div class="dialog__text">{children}</div>
      {failure.value !== '' && (
        <p class="notice notice--bad" role="alert">
          {failure.value}
        </p>
      )}
      <div class="dialog__actions">
        <button type="button" class="button button--plain" onClick={onClose}>
          {t.value.cancel}
        </button>
        <button
          type="button"
          class={danger ? 'button button--danger' : 'button'}
          data-testid="confirm-action"
          aria-busy={busy.value}
          onClick={() => void go()}
        >
          {busy.value ? t.value.oneMoment : action}
        </button>
      </div>
    </Dialog>
  );
}
