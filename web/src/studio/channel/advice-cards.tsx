import type { JSX } from 'preact';
import { language } from '../../i18n';
import type { HealthItem } from '../../staff/streams';
import { studioWords } from '../words';

const grave: ReadonlySet<string> = new Set(['encoder_silent', 'video_stopped']);

/** What is wrong with the stream and what to change, or that nothing is. */
export function AdviceCards({ items }: { items: HealthItem[] }): JSX.Element {
  const words = studioWords.words.value.health;
  return (
    <div class="advices" role="status" data-testid="advice">
      {items.length === 0 && <p class="advice advice--quiet">{words.fine}</p>}
      {items.map((item) => {
        const own = (words.items as Partial<Record<string, { title: string; advice: string }>>)[item.code];
        // The server's sentence has the numbers; it is English, and says so where the page is not.
        const details = own === undefined || language.value === 'en' ? item.message : '';
        return (
          <section key={item.code} class={grave.has(item.code) ? 'advice advice--bad' : 'advice'} data-code={item.code}>
            <h3 class="advice__title">{own?.title ?? words.other}</h3>
            {details !== '' && <p lang="en">{details}</p>}
            <p lang={own ? undefined : 'en'}>{own?.advice ?? item.advice}</p>
          </section>
        );
      })}
    </div>
  );
}
