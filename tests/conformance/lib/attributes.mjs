/**
 * Attribute lists (`NAME=value,NAME="value"`), strict, as in section 4.2 of the HLS specification.
 */

/** @typedef {{raw: string, text: string, quoted: boolean}} AttributeValue */

const NAME = /[A-Z0-9-]+/y;
const QUOTED = /"([^"\r\n]*)"/y;
const UNQUOTED = /[^",\s]+/y;

/**
 * Reads an attribute list. Throws SyntaxError for anything section 4.2 does not allow: lower-case
 * names, spaces, names given twice, a missing value.
 * @param {string} list
 * @returns {Map<string, AttributeValue>}
 */
export function parse_attributes(list) {
  const attributes = new Map();
  let at = 0;
  const take = (pattern, what) => {
    pattern.lastIndex = at;
    const match = pattern.exec(list);
    if (!match) throw new SyntaxError(`${what} expected at column ${at} of "${list}"`);
    at = pattern.lastIndex;
    return match;
  };
  for (;;) {
    const name = take(NAME, 'an attribute name')[0];
    if (list[at] !== '=') throw new SyntaxError(`"=" expected after ${name} in "${list}"`);
    at += 1;
    const quoted = list[at] === '"';
    const match = take(quoted ? QUOTED : UNQUOTED, `a value of ${name}`);
    if (attributes.has(name)) throw new SyntaxError(`${name} is given twice in "${list}"`);
    attributes.set(name, { raw: match[0], text: quoted ? match[1] : match[0], quoted });
    if (at === list.length) return attributes;
    if (list[at] !== ',') throw new SyntaxError(`"," expected at column ${at} of "${list}"`);
    at += 1;
  }
}

const DECIMAL_INTEGER = /^(0|[1-9][0-9]{0,19})$/;
const DECIMAL_FLOAT = /^[0-9]+(\.[0-9]+)?$/;

/** @param {AttributeValue | undefined} value @returns {number | null} null unless a decimal-integer */
export function integer_of(value) {
  return value && !value.quoted && DECIMAL_INTEGER.test(value.raw) ? Number(value.raw) : null;
}

/** @param {AttributeValue | undefined} value @returns {number | null} null unless a decimal-floating-point */
export function float_of(value) {
  return value && !value.quoted && DECIMAL_FLOAT.test(value.raw) ? Number(value.raw) : null;
}

/** @param {AttributeValue | undefined} value @returns {string | null} null unless a quoted-string */
export function quoted_of(value) {
  return value && value.quoted ? value.text : null;
}

/** @param {AttributeValue | undefined} value @returns {string | null} null unless an enumerated-string */
export function word_of(value) {
  return value && !value.quoted ? value.raw : null;
}
