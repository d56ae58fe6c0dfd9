import { signal } from '@preact/signals';
import { get } from '../api/call';
import { count, fields, list, oneOf, record, text, type Of } from '../api/read';
import type { Problem } from '../api/problem';

export const levels = ['debug', 'info', 'warning', 'error'] as const;
export type Level = (typeof levels)[number];

const readEvent = record({ seq: count, at: text, level: oneOf('info', 'debug', 'warning', 'error'), event: text, fields });
export type LogEvent = Of<typeof readEvent>;
const readEvents = record({ events: list(readEvent), last_seq: count });

// More than anybody reads. The server keeps its newest of each level: whoever chooses a higher one gets those.
const eventsMax = 2000;

/** Joins new events to known ones: in order, none twice, the oldest dropped beyond the limit. */
export function joinEvents(known: readonly LogEvent[], came: readonly LogEvent[]): LogEvent[] {
  const lastSeq = known.at(-1)?.seq ?? 0;
  return [...known, ...came.filter(({ seq }) => seq > lastSeq)].slice(-eventsMax);
}

/** The newest lines of the server's log, followed by asking for what came after the last. */
export class EventLog {
  readonly events = signal<LogEvent[] | null>(null);
  readonly problem = signal<Problem | null>(null);
  private lastSeq = 0;
  private generation = 0;

  constructor(private level: Level) {}

  /** Another least level: the list begins anew. */
  choose(level: Level): void {
    this.level = level;
    this.lastSeq = 0;
    this.generation += 1;
    this.events.value = null;
  }

  readonly ask = async (): Promise<boolean> => {
    const mine = this.generation;
    const outcome = await get(`/api/v1/operations/events?after=${this.lastSeq}&level=${this.level}`, readEvents);
    if (mine !== this.generation) return true;
    this.problem.value = outcome.ok ? null : outcome.problem;
    if (!outcome.ok) return outcome.problem.status !== null;
    const { events, last_seq } = outcome.value;
    // A restarted server counts from one again.
    const known = last_seq < this.lastSeq ? [] : (this.events.peek() ?? []);
    this.lastSeq = last_seq;
    if (events.length > 0 || this.events.peek() === null) this.events.value = joinEvents(known, events);
    return true;
  };
}
