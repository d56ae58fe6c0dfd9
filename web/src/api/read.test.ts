import { describe, expect, it } from 'vitest';
import { count, flag, list, oneOf, optional, optionalText, record, text } from './read';

const read = record({
  name: text,
  on: flag,
  size: count,
  state: oneOf('idle', 'live'),
  note: optionalText,
  inner: optional(record({ at: text })),
  many: list(record({ id: text })),
});

describe('read', () => {
  it('takes what it knows', () => {
    const value = { name: 'a', on: true, size: 3, state: 'live', note: 'n', inner: { at: 'x' }, many: [{ id: '1' }] };
    expect(read({ ...value, more: 1 })).toEqual(value);
  });

  it.each([null, undefined, 7, 'text', [], {}])('gives harmless values for %j', (value) => {
    expect(read(value)).toEqual({ name: '', on: false, size: 0, state: 'idle', note: null, inner: null, many: [] });
  });

  it('survives values of other types and states of a later server', () => {
    expect(read({ name: 5, on: 'yes', size: -1, state: 'rehearsal', note: 5, inner: 'x', many: 'no' })).toEqual({
      ...{ name: '', on: false, size: 0, state: 'idle', note: null, inner: { at: '' }, many: [] },
    });
  });
});
