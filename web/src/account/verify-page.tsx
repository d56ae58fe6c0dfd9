import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { nothing, send } from '../api/call';
import type { Problem } from '../api/problem';
import { refreshSession } from '../session/session';
import { SheetPage } from '../shared/page';
import { wordsOf } from '../shared/problem-words';
import { Link, takeFragment } from '../shared/router';
import { accountWords } from './words';

/** Where the link of a verification mail leads: it needs no press, opening it was the answer. */
export function VerifyPage(): JSX.Element {
  const words = accountWords.words.value.verify;
  const [token] = useState(takeFragment);
  const state = useSignal<'busy' | 'done' | Problem>('busy');
  const confirm = async (): Promise<void> => {
    state.value = 'busy';
    const outcome = await send('POST', '/api/v1/email-verifications/confirm', { token }, nothing);
    state.value = outcome.ok ? 'done' : outcome.problem;
    if (outcome.ok) void refreshSession();
  };
  useEffect(() => void confirm(), []);
  if (state.value === 'busy') return <SheetPage title={words.busy} testid="verify">{null}</SheetPage>;
  if (state.value === 'done') {
    return (
      <SheetPage title={words.doneTitle} lead={words.doneText} testid="verify-done">
        <Link href="/" class="button">
          {words.toHome}
        </Link>
      </SheetPage>
    );
  }
  const problem = state.value;
  return (
    <SheetPage title={words.failedTitle} lead={wordsOf(problem, words.problems)} testid="verify-failed">
      {problem.status === null || problem.status >= 500 ? (
        <button type="button" class="button" onClick={() => void confirm()}>
          {words.retry}
        </button>
      ) : (
        <Link href="/account" class="button">
          {words.toAccount}
        </Link>
      )}
    </SheetPage>
  );
}
