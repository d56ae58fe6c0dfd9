import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { get } from '../../api/call';
import { flag, record } from '../../api/read';
import { t } from '../../i18n';
import { account, may, session } from '../../session/session';
import { CopyButton } from '../../shared/copy-button';
import { Link } from '../../shared/router';

const setupCommand = 'shopcast setup-link';

/** For the owner of a shop that shows nothing yet: the next step from here, whatever was done already. */
export function OwnerGuide(): JSX.Element | null {
  const needed = useSignal(false);
  useEffect(() => {
    void get('/api/v1/setup', record({ needed: flag })).then((outcome) => (needed.value = outcome.ok && outcome.value.needed));
  }, []);
  const words = t.value.home;
  if (session.value === null) return null;
  // A viewer who is signed in is no owner.
  if (account.value && !may('manage_channels')) return null;
  return (
    <section class="guide" data-testid="owner-guide">
      <h2 class="section-title">{words.ownerTitle}</h2>
      {needed.value ? (
        <>
          <p class="guide__text">{words.ownerSetup}</p>
          <div class="guide__code">
            <code>{setupCommand}</code>
            <CopyButton what="text" text={setupCommand} label={words.copy} done={words.copied} />
          </div>
        </>
      ) : account.value ? (
        <>
          <p class="guide__text">{words.ownerStudio}</p>
          <Link href="/studio" class="button">
            {words.toStudio}
          </Link>
        </>
      ) : (
        <>
          <p class="guide__text">{words.ownerLogIn}</p>
          <Link href="/login?next=%2Fstudio" class="button">
            {t.value.logIn}
          </Link>
        </>
      )}
    </section>
  );
}
