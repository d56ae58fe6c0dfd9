import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { copyText } from './copy';
import { CheckIcon, CopyIcon, LinkIcon } from './icons';

interface CopyButtonProps {
  text: string;
  label: string;
  done: string;
  what: 'link' | 'text';
  /** What is copied, where the label alone does not say it. */
  name?: string;
  class?: string;
}

const doneMs = 2000;

export function CopyButton({ text, label, done, what, name, class: className = 'button button--quiet' }: CopyButtonProps): JSX.Element {
  const copied = useSignal(false);
  const copy = async (): Promise<void> => {
    if (!(await copyText(text))) return;
    copied.value = true;
    setTimeout(() => (copied.value = false), doneMs);
  };
  return (
    <button type="button" class={className} data-testid="copy" onClick={() => void copy()}>
      {copied.value ? <CheckIcon /> : what === 'link' ? <LinkIcon /> : <CopyIcon />}
      <span aria-live="polite">
        {copied.value ? done : label}
        {name && <span class="visually-hidden">: {name}</span>}
      </span>
    </button>
  );
}
