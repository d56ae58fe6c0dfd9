import { describe, expect, it } from 'vitest';
import { joinEvents, type LogEvent } from './event-log';

const event = (seq: number): LogEvent => ({ seq, at: '2026-11-22T10:00:00.000Z', level: 'info', event: 'x', fields: {} });

describe('joinEvents', () => {
  it('adds what is new, in order, none twice', () => {
    expect(joinEvents([event(1), event(2)], [event(2), event(3)]).map(({ seq }) => seq)).toEqual([1, 2, 3]);
  });

  it('keeps no more than can be read', () => {
    const many = Array.from({ length: 2005 }, (_, index) => event(index + 1));
    const joined = joinEvents([], many);
    expect(joined).toHaveLength(2000);
    expect(joined[0]?.seq).toBe(6);
  });
});
