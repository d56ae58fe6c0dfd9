import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { CopyButton } from './copy-button';
import { EyeIcon, EyeOffIcon } from './icons';
import { sharedWords } from './words';

interface SecretProps {
  text: string;
  /** What it is, for those who cannot see where it stands. */
  label: string;
  /** Begins as dots, because somebody may look over the shoulder or watch the screen. */
  hidden?: boolean;
  testid?: string;
}

/** Text to be copied elsewhere: an address, a key. */
export function Secret({ text, label, hidden = false, testid }: SecretProps): JSX.Element {
  const shown = useSignal(!hidden);
  const words = sharedWords.words.value;
  return (
    <div class="secret" role="group" aria-label={label}>
      <code class="secret__text" data-testid={testid}>
        {shown.value ? text : '•'.repeat(12)}
      </code>
      {hidden && (
        <button
          type="button"
          class="icon-button"
          aria-label={`${words.show}: ${label}`}
          aria-pressed={shown.value}
          onClick={() => (shown.value = !shown.value)}
        >
          {shown.value ? <EyeOffIcon /> : <EyeIcon />}
        </button>
      )}
      <CopyButton what="text" text={text} label={words.copy} done={words.copied} name={label} />
    </div>
  );
}
