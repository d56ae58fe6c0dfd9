import { describe, expect, it } from 'vitest';
import { commandOf, type KeyPress } from './shortcuts';

const press = (over: Partial<KeyPress>): KeyPress => ({ key: 'k', modified: false, inField: false, onButton: false, ...over });

describe('commandOf', () => {
  it.each([
    ['k', 'toggle-play'],
    [' ', 'toggle-play'],
    ['M', 'toggle-mute'],
    ['f', 'toggle-fullscreen'],
    ['l', 'go-live'],
    ['ArrowUp', 'volume-up'],
    ['ArrowDown', 'volume-down'],
  ])('%s means %s', (key, command) => {
    expect(commandOf(press({ key }))).toBe(command);
  });

  it('leaves Space to a focused button and every key to a field or a browser shortcut', () => {
    expect(commandOf(press({ key: ' ', onButton: true }))).toBeNull();
    expect(commandOf(press({ inField: true }))).toBeNull();
    expect(commandOf(press({ modified: true }))).toBeNull();
  });
});
