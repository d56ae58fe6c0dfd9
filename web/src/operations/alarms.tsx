import type { JSX } from 'preact';
import { record, text, type Of } from '../api/read';
import { formatAgo } from '../i18n';
import { operationsWords } from './words';

export const readAlarm = record({ code: text, message: text, advice: text, since: text });
export type Alarm = Of<typeof readAlarm>;

// Only the server's own sentence knows why the shop is closed, or how much room is left.
const detailed: readonly string[] = ['shop_closed', 'disk_low'];

/** What wants somebody now; screen readers hear when it changes. */
export function Alarms({ alarms, ready }: { alarms: Alarm[]; ready: boolean }): JSX.Element {
  return (
    <div class="alarms" role="status" data-testid="alarms">
      {!ready && <p class="advice advice--bad">{operationsWords.words.value.overview.notReady}</p>}
      {alarms.map((alarm) => (
        <AlarmCard key={alarm.code} alarm={alarm} />
      ))}
    </div>
  );
}

function AlarmCard({ alarm: { code, message, advice, since } }: { alarm: Alarm }): JSX.Element {
  const words = operationsWords.words.value;
  const own = (words.alarms as Partial<Record<string, { message: string; advice: string }>>)[code];
  const tongue = own ? undefined : 'en';
  const todo = own?.advice ?? advice;
  return (
    <section class="advice advice--bad" data-code={code}>
      <h2 class="advice__title" lang={tongue}>
        {own?.message ?? message}
      </h2>
      {own && detailed.includes(code) && <p lang="en">{message}</p>}
      {todo !== '' && <p lang={tongue}>{todo}</p>}
      <p class="field__hint">{words.overview.since(formatAgo(since))}</p>
    </section>
  );
}
