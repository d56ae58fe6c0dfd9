import { describe, expect, it, vi } from 'vitest';

vi.stubGlobal('document', { documentElement: {} });
vi.stubGlobal('navigator', { languages: ['en'] });
const { timeInput, timeOf, wholeNumber } = await import('./say');

describe('what is typed in the studio', () => {
  it.each([
    ['12', 0, 12],
    [' 0 ', 0, 0],
    ['0', 1, null],
    ['-3', -1000, -3],
    ['-3', 0, null],
    ['1.5', 0, null],
    ['', 0, null],
    ['1e3', 0, null],
  ])('%s, from %i on, is the number %s', (typed, least, value) => expect(wholeNumber(typed, least)).toBe(value));

  it('is a moment in the reader’s own time zone, there and back', () => {
    const at = timeOf('2026-11-25T21:30');
    expect(at).not.toBeNull();
    expect(timeInput(Date.parse(at ?? ''))).toBe('2026-11-25T21:30');
    expect(timeOf('')).toBeNull();
    expect(timeOf('soon')).toBeNull();
  });
});
