/**
 * Readers of JSON: each takes what came over the wire and gives a value of its type, whatever came. A later server
 * may add fields and states, and a page that stays open over an upgrade must keep working; what is missing gets a
 * harmless value. The types of the API are those of its readers.
 */
export type Read<T> = (value: unknown) => T;
export type Of<R> = R extends Read<infer T> ? T : never;

export const text: Read<string> = (value) => (typeof value === 'string' ? value : '');
export const flag: Read<boolean> = (value) => value === true;
/** A finite number that is not negative, else 0. */
export const count: Read<number> = (value) => (typeof value === 'number' && Number.isFinite(value) && value > 0 ? value : 0);
/** A finite number of either sign, else 0. */
export const amount: Read<number> = (value) => (typeof value === 'number' && Number.isFinite(value) ? value : 0);
export const optionalText: Read<string | null> = (value) => (typeof value === 'string' ? value : null);

export const oneOf =
  <const T extends string>(first: T, ...others: T[]): Read<T> =>
  (value) =>
    [first, ...others].find((known) => known === value) ?? first;

export const list =
  <T>(each: Read<T>): Read<T[]> =>
  (value) =>
    Array.isArray(value) ? value.map(each) : [];

export const optional =
  <T>(read: Read<T>): Read<T | null> =>
  (value) =>
    value === null || value === undefined ? null : read(value);

type Fields = Record<string, unknown>;

export const fields: Read<Fields> = (value) =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};

export const record =
  <S extends Record<string, Read<unknown>>>(shape: S): Read<{ [K in keyof S]: Of<S[K]> }> =>
  (value) => {
    const from = fields(value);
    return Object.fromEntries(Object.entries(shape).map(([name, read]) => [name, read(from[name])])) as { [K in keyof S]: Of<S[K]> };
  };
