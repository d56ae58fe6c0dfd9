/** What the server will refuse, known here so that it can be said before anything is sent. The server decides. */
export const passwordLengthMin = 8;
export const passwordLengthMax = 128;

const loginPattern = /^[a-z0-9][a-z0-9._-]{2,31}$/;

/** Compared lower-case: "Hana" and "hana" are one login. */
export const loginOf = (typed: string): string => typed.trim().toLowerCase();
export const isLogin = (typed: string): boolean => loginPattern.test(loginOf(typed));

/** Counted as people count, so that a letter outside the basic plane is one. */
export const lengthOf = (password: string): number => [...password].length;

export type PasswordFault = 'short' | 'long' | 'login';

export function passwordFault(password: string, login: string): PasswordFault | null {
  const length = lengthOf(password);
  if (length < passwordLengthMin) return 'short';
  if (length > passwordLengthMax) return 'long';
  return login !== '' && password.toLowerCase() === loginOf(login) ? 'login' : null;
}

export type Strength = 'empty' | 'short' | 'fair' | 'good' | 'strong';

/**
 * By length alone, after taking out repetition: what makes a password hard to guess is how much of it there is,
 * not whether it has a digit and a sign. (Common passwords are refused by the server, which has the list.)
 */
export function strengthOf(password: string): Strength {
  const length = lengthOf(password);
  if (length === 0) return 'empty';
  if (length < passwordLengthMin) return 'short';
  const distinct = new Set(password).size;
  const weight = Math.min(length, distinct * 2);
  if (weight < 11) return 'fair';
  return weight < 16 ? 'good' : 'strong';
}
