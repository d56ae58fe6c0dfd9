import type { JSX } from 'preact';
import { CopyButton } from '../shared/copy-button';
import { sharedWords } from '../shared/words';
import { accountWords } from './words';

interface RecoveryCodesProps {
  codes: string[];
  login: string;
  onDone(): void;
}

/** Shown once: what opens the account when the phone is gone. */
export function RecoveryCodes({ codes, login, onDone }: RecoveryCodesProps): JSX.Element {
  const words = accountWords.words.value.twoStep;
  const shared = sharedWords.words.value;
  const file = `${words.fileTitle(login)}\n\n${codes.join('\n')}\n`;
  return (
    <>
      <p class="dialog__text">{words.codesText}</p>
      <ul class="codes" data-testid="recovery-codes">
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ul>
      <div class="box__actions">
        <CopyButton what="text" text={codes.join('\n')} label={shared.copy} done={shared.copied} class="button button--plain" />
        <button type="button" class="button button--plain" onClick={() => download(`shopcast-${login}.txt`, file)}>
          {words.download}
        </button>
        <button type="button" class="button button--plain" onClick={() => print()}>
          {words.print}
        </button>
      </div>
      <div class="dialog__actions">
        <button type="button" class="button" data-testid="codes-done" onClick={onDone}>
          {words.codesSaved}
        </button>
      </div>
    </>
  );
}

function download(name: string, content: string): void {
  const url = URL.createObjectURL(new Blob([content], { type: 'text/plain' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
