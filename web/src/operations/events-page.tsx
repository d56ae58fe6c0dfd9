import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { Poller } from '../api/poller';
import { formatTime, t } from '../i18n';
import { StaffPage } from '../shared/page';
import { Failed } from '../shared/resource';
import { EventLog, levels, type Level, type LogEvent } from './event-log';
import { OperationsNav } from './operations-nav';
import { operationsWords } from './words';

const timing = { intervalMs: 1500, hiddenIntervalMs: 20_000, backoffMaxMs: 20_000 };
// More rows than anybody reads make a phone slow.
const rowsMax = 400;

export function EventsPage(): JSX.Element {
  const words = operationsWords.words.value.events;
  const [log] = useState(() => new EventLog('info'));
  const level = useSignal<Level>('info');
  const follows = useSignal(true);
  const poller = useRef<Poller | null>(null);

  useEffect(() => {
    if (!follows.value) return;
    poller.current = new Poller(log.ask, timing);
    poller.current.start();
    return () => poller.current?.stop();
  }, [follows.value]);

  const choose = (to: Level): void => {
    level.value = to;
    log.choose(to);
    follows.value = true;
    poller.current?.now();
  };
  const events = log.events.value;
  const problem = log.problem.value;
  return (
    <StaffPage
      title={words.title}
      lead={words.lead}
      nav={<OperationsNav />}
      testid="events"
      action={
        <button type="button" class="button button--plain" data-testid="follow" aria-pressed={!follows.value} onClick={() => (follows.value = !follows.value)}>
          {follows.value ? words.pause : words.follow}
        </button>
      }
    >
      <fieldset class="levels">
        <legend class="field__label">{words.level}</legend>
        <div class="segmented">
          {levels.map((each) => (
            <label key={each} class="segmented__option">
              <input type="radio" name="level" value={each} checked={level.value === each} onChange={() => choose(each)} />
              <span>{words.levels[each]}</span>
            </label>
          ))}
        </div>
      </fieldset>
      {problem && <Failed problem={problem} again={() => void log.ask()} />}
      {events === null ? (
        !problem && (
          <div class="rows" aria-busy="true">
            <p class="visually-hidden">{t.value.areaLoading}</p>
            <div class="skeleton skeleton--row" />
            <div class="skeleton skeleton--row" />
          </div>
        )
      ) : events.length === 0 ? (
        <p class="box__text">{words.none}</p>
      ) : (
        <ol class="log" aria-label={words.title}>
          {events
            .slice(-rowsMax)
            .reverse()
            .map((event) => (
              <Row key={event.seq} event={event} />
            ))}
        </ol>
      )}
    </StaffPage>
  );
}

/** The newest first. Its fields stand behind it in short, and in full when it is opened. */
function Row({ event: { seq, at, level, event, fields } }: { event: LogEvent }): JSX.Element {
  const words = operationsWords.words.value.events;
  const entries = Object.entries(fields).map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)] as const);
  return (
    <li data-testid="event" data-level={level}>
      <details class="log__item">
        <summary class="log__line">
          <time class="log__time" dateTime={at}>
            {formatTime(at, { timeStyle: 'medium', hourCycle: 'h23' })}
          </time>
          <span class={level === 'error' ? 'tag tag--bad' : level === 'warning' ? 'tag tag--warn' : 'tag'}>{words.levels[level]}</span>
          <span class="log__event">{event}</span>
          <span class="log__short">{entries.map(([name, value]) => `${name}=${value}`).join(' ')}</span>
        </summary>
        <dl class="log__fields">
          <div>
            <dt>{words.time}</dt>
            <dd>{formatTime(at, { dateStyle: 'long', timeStyle: 'long' })}</dd>
          </div>
          <div>
            <dt>{words.number}</dt>
            <dd>{seq}</dd>
          </div>
          {entries.map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      </details>
    </li>
  );
}
