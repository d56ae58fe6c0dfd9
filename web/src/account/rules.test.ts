import { describe, expect, it } from 'vitest';
import { isLogin, passwordFault, strengthOf } from './rules';

describe('rules', () => {
  it.each(['abc', 'Hana', ' hana.kim ', '0-9_z', 'a'.repeat(32)])('takes the login %j', (login) => expect(isLogin(login)).toBe(true));
  it.each(['', 'ab', '.abc', '-abc', 'a b', '하나님', 'a'.repeat(33), 'a@b.c'])('refuses the login %j', (login) => expect(isLogin(login)).toBe(false));

  it('counts characters as people do', () => {
    expect(passwordFault('😀'.repeat(7), '')).toBe('short');
    expect(passwordFault('😀'.repeat(8), '')).toBeNull();
    expect(passwordFault('a'.repeat(128), '')).toBeNull();
    expect(passwordFault('a'.repeat(129), '')).toBe('long');
  });

  it('refuses the login as a password', () => {
    expect(passwordFault('Hana.Kim', ' hana.kim')).toBe('login');
    expect(passwordFault('hana.kim', '')).toBeNull();
  });

  it('judges by length, not by composition', () => {
    expect(strengthOf('')).toBe('empty');
    expect(strengthOf('Aa1!xyz')).toBe('short');
    expect(strengthOf('Aa1!xyzw')).toBe('fair');
    expect(strengthOf('warm paper tone')).toBe('good');
    expect(strengthOf('warm paper tones at dusk')).toBe('strong');
    expect(strengthOf('aaaaaaaaaaaaaaaaaaaaaa')).toBe('fair');
  });
});
