import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { t } from '../i18n';
import { account, may, refreshSession, session, sessionProblem, type Action } from '../session/session';
import { signInPath } from './next-path';
import { SheetPage } from './page';
import { wordsOf } from './problem-words';
import { Link, navigate, query } from './router';
import { sharedWords } from './words';

interface GateProps {
  /** What one must be allowed to do; null asks only for an account. */
  need: Action | null;
  children: ComponentChildren;
}

/**
 * Lets in who may enter, and tells the others what to do instead. The server decides for itself with every
 * call; this only spares people a page full of refusals.
 */
export function Gate({ need, children }: GateProps): JSX.Element {
  const words = sharedWords.words.value;
  const known = session.value;
  const who = account.value;
  const wasIn = useRef(false);
  if (who) wasIn.current = true;
  const back = signInPath(location.pathname + query.value);
  // Who comes without a session goes to the sign-in and returns. Who loses it here keeps the page, and is told.
  const leaves = known !== null && !who && !wasIn.current;
  useEffect(() => {
    if (leaves) navigate(back, 'replace');
  }, [leaves]);

  if (known === null && sessionProblem.value) {
    return (
      <SheetPage title={words.failedTitle} lead={wordsOf(sessionProblem.value)} testid="gate-failed">
        <button type="button" class="button" onClick={() => void refreshSession()}>
          {words.retry}
        </button>
      </SheetPage>
    );
  }
  if (known === null || leaves) {
    return (
      <main id="main" class="page page--waiting" tabIndex={-1} aria-busy="true">
        <h1 class="visually-hidden">{t.value.areaLoading}</h1>
        <div class="skeleton skeleton--title" />
        <div class="skeleton skeleton--block" />
      </main>
    );
  }
  if (!who) {
    return (
      <SheetPage title={words.signInTitle} lead={words.signInText} testid="gate-sign-in">
        <Link href={back} class="button">
          {words.signIn}
        </Link>
      </SheetPage>
    );
  }
  if (need !== null && !may(need)) {
    return (
      <SheetPage title={words.forbiddenTitle} lead={words.forbiddenText} testid="gate-forbidden" foot={words.signedInAs(who.login)}>
        {known.roles.length > 0 && !who.totp && (
          <p class="notice">
            {words.twoStepFirst}{' '}
            <Link href="/account" class="link">
              {words.toAccount}
            </Link>
          </p>
        )}
        <Link href="/" class="button">
          {words.toHome}
        </Link>
      </SheetPage>
    );
  }
  return <>{children}</>;
}
