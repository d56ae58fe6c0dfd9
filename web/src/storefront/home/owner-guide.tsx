import type { JSX } from 'preact';
import { t } from '../../i18n';
import { CopyButton } from '../../shared/copy-button';

/** For the owner of a shop that shows nothing yet: from an empty page to a live one. */
export function OwnerGuide(): JSX.Element {
  const words = t.value.home;
  const server = `rtmp://${location.hostname}:1935/live`;
  return (
    <section class="guide" data-testid="owner-guide">
      <h2 class="section-title">{words.ownerTitle}</h2>
      <ol class="guide__steps">
        {words.ownerSteps.map((step, index) => {
          const code = index === 1 ? server : step.code;
          return (
            <li key={step.title} class="guide__step">
              <h3 class="guide__title">{step.title}</h3>
              <p class="guide__text">{step.text}</p>
              {code !== '' && (
                <div class="guide__code">
                  <code>{code}</code>
                  <CopyButton what="text" text={code} label={words.copy} done={words.copied} />
                </div>
              )}
            </li>
          );
        })}
      </ol>
    </section>
  );
}
