// The mutants of a C++ file: each changes one operator, number, word or condition inside a function.
// A scanner of tokens, not a parser: it leans on clang-format, which puts spaces round `a < b` and
// none into `vector<int>`, `T&&`, `T*` and `->`.
import { code_only, line_of } from '../../tests/tidy/cpp_text.mjs';

const binary = {
  '<': ['<=', '>='], '<=': ['<', '>'], '>': ['>=', '<='], '>=': ['>', '<'], '==': ['!='], '!=': ['=='],
  '+': ['-'], '-': ['+'], '*': ['/'], '/': ['*'], '%': ['*'], '&&': ['||'], '||': ['&&'],
  '+=': ['-='], '-=': ['+='],
};
const words = { true: ['false'], false: ['true'], min: ['max'], max: ['min'] };

// [{path, line, column, index, from, to}] in the order of the text; line and column begin at 1.
export function mutants_of(path, text) {
  const code = mutable_code(text);
  const found = [];
  const add = (index, from, tos) => {
    const line = line_of(text, index);
    const column = index - text.lastIndexOf('\n', index - 1);
    for (const to of tos) found.push({ path, line, column, index, from, to });
  };
  // The longest first; what is never changed is named so that no part of it is taken for another.
  const token = /<=>|->\*?|<<=?|>>=|\+\+|--|&&|\|\||[<>=!+\-*/%&|^]=|::|[<>+\-*/%!]|\.?\d[\w.']*|[A-Za-z_]\w*/g;
  for (const match of code.matchAll(token)) {
    const [from] = match;
    const index = match.index;
    const before = code.slice(0, index);
    if (/\boperator\s*$/.test(before.slice(-12))) continue;
    if (Object.hasOwn(binary, from)) {
      if (/\s$/.test(before) && /\s/.test(code[index + from.length] ?? '')) add(index, from, binary[from]);
    } else if (from === '++' || from === '--') {
      add(index, from, [from === '++' ? '--' : '++']);
    } else if (from === '!') {
      add(index, from, ['']);
    } else if (/^\d/.test(from)) {
      add(index, from, neighbours(from));
    } else if (Object.hasOwn(words, from) && (!/^m/.test(from) || is_choice(code, index, from))) {
      add(index, from, words[from]);
    } else if (from === 'if') {
      const condition = condition_behind(code, index + 2);
      if (condition) add(condition.index, text.slice(condition.index, condition.end), ['true', 'false']);
    }
  }
  return found.sort((a, b) => a.index - b.index);
}

export const mutated = (text, { index, from, to }) => text.slice(0, index) + to + text.slice(index + from.length);

// How a mutant is named to try it alone: FILE:LINE:COLUMN:REPLACEMENT.
export const name_of = ({ path, line, column, to }) => `${path}:${line}:${column}:${to}`;

// For people: what was there and what is there now, on one line.
export function change_of({ from, to }) {
  const short = from.replace(/\s+/g, ' ');
  return `\`${short.length > 60 ? `${short.slice(0, 57)}...` : short}\` -> \`${to}\``;
}

// The same seed gives the same order (mulberry32 behind Fisher and Yates).
export function shuffled(list, seed) {
  const out = [...list];
  let state = seed >>> 0;
  const random = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  for (let i = out.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [out[i], out[j]] = [out[j], out[i]];
  }
  return out;
}

// One more and, from 1 on, one less: 10ms becomes 11ms and 9ms. Fractions and 0x7f stay as they are.
function neighbours(literal) {
  const parts = /^(\d[\d']*)([a-zA-Z_]*)$/.exec(literal);
  if (!parts || (/^0/.test(parts[1]) && parts[1] !== '0') || /^[xXbB]/.test(parts[2])) return [];
  const value = BigInt(parts[1].replaceAll("'", ''));
  return [value + 1n, ...(value > 0n ? [value - 1n] : [])].map((other) => `${other}${parts[2]}`);
}

// std::min(a, b) and std::ranges::max(...), but neither numeric_limits<int>::max() nor a name.
const is_choice = (code, index, from) =>
  /\bstd::(ranges::)?$/.test(code.slice(0, index)) && /^(<[\w:]+>)?\((?!\))/.test(code.slice(index + from.length));

// Of `if (...)`: all of it, or what follows the `;`. Nothing where it declares what it decides by.
function condition_behind(code, start) {
  const open = /^\s*\(/.exec(code.slice(start));
  if (!open) return undefined; // if constexpr, or the word in a blanked place
  let index = start + open[0].length;
  const end = closing(code, index - 1);
  const semicolon = code.slice(index, end).lastIndexOf(';');
  if (semicolon >= 0) index += semicolon + 1;
  index += /^\s*/.exec(code.slice(index))[0].length;
  return /^(const\s+)?auto\b|[^=!<>]=[^=]/.test(code.slice(index, end).replace(/\([^]*\)/, '')) ? undefined : { index, end };
}

// Where the bracket at `open` closes.
function closing(code, open) {
  let depth = 0;
  for (let i = open; i < code.length; i++) {
    if ('([{'.includes(code[i])) depth++;
    else if (')]}'.includes(code[i]) && --depth === 0) return i;
  }
  return code.length;
}

// The text with blanks for all that is not to be changed: comments, literals, directives, what the
// compiler alone decides by, what only the log tells, template arguments and whatever is in no
// function. Every character keeps its place.
function mutable_code(text) {
  const blank = (code, start, end) =>
    code.slice(0, start) + code.slice(start, end).replace(/[^\n]/g, ' ') + code.slice(end);
  let code = code_only(text).replace(/^[ \t]*#(.*\\\n)*.*$/gm, (all) => all.replace(/[^\n]/g, ' '));
  for (const [start, end] of outside_functions(code)) code = blank(code, start, end);
  for (const found of code.matchAll(/\b(static_assert|log::\w+|if constexpr|requires|decltype|alignas|sizeof)\s*\(/g)) {
    code = blank(code, found.index, closing(code, found.index + found[0].length - 1) + 1);
  }
  for (const found of code.matchAll(/\bconstexpr\b[^;(){}]*=[^;{}]*/g)) {
    code = blank(code, found.index, found.index + found[0].length);
  }
  // From the inside out: vector<pair<int, 2>> has both its pairs blanked.
  for (let last; last !== code;) {
    last = code;
    code = code.replace(/(?<=[\w:])<(?![<=\s])[^<>;{}]*(?<![\s-])>(?!=)/g, (all) => all.replace(/[^\n]/g, ' '));
  }
  return code;
}

// [[start, end]...]: of everything that is in no function's body.
function outside_functions(code) {
  const spans = [];
  const scopes = []; // of each open brace: whether it lies in a function
  let start = 0;
  let head = 0; // where the statement before a brace begins
  for (let i = 0; i < code.length; i++) {
    const inside = scopes.at(-1) ?? false;
    if (code[i] === '{') {
      const begins = !inside && begins_function(code.slice(head, i));
      scopes.push(inside || begins);
      if (begins) spans.push([start, i]);
    } else if (code[i] === '}') {
      scopes.pop();
      if (inside && !(scopes.at(-1) ?? false)) start = i;
    }
    if ('{};'.includes(code[i])) head = i + 1;
  }
  spans.push([start, code.length]);
  return spans;
}

// `int f(int a) const {`, a constructor's `Foo() : a_(1) {` or a lambda; not `namespace a {`, not
// `struct A {` and not `int a[] = {`, `int a{`.
const begins_function = (head) => /\)/.test(head) && /[\w)>\]]\s*$/.test(head) &&
  !/^\s*(namespace|extern|enum)\b/.test(head) && !/^\s*(template\s*<[^(]*>\s*)?(class|struct|union)\b[^(]*$/.test(head) &&
  /(\)|\b(const|noexcept|override|final|mutable)|->\s*[\w:<>,*&\s]+)\s*(:[^:][^]*)?$/.test(head);
