// C++ source as lines, with comments and literals blanked so that rules see code alone. Blanks keep
// every character's place: line and column stay true.
export function code_only(text) {
  let out = '';
  for (let i = 0; i < text.length; ) {
    const two = text.slice(i, i + 2);
    let end;
    if (two === '//') {
      end = text.indexOf('\n', i);
    } else if (two === '/*') {
      end = text.indexOf('*/', i) + 2;
    } else if (/^R"[^(\s]*\(/.test(text.slice(i, i + 20)) && !/\w/.test(text[i - 1] ?? '')) {
      const mark = /^R"([^(\s]*)\(/.exec(text.slice(i, i + 20))[1];
      end = text.indexOf(`)${mark}"`, i) + mark.length + 2;
    } else if (text[i] === '"' || (text[i] === "'" && !/[0-9a-fA-F]/.test(text[i - 1] ?? ''))) {
      end = end_of_literal(text, i);
    } else {
      out += text[i++];
      continue;
    }
    if (end < i + 1) end = text.length;
    // Quotes stay, so that `f("")` and `f()` differ; what is between them goes.
    const keep = text[i] === '"' || text[i] === "'" ? 1 : 0;
    out += text.slice(i, i + keep) + text.slice(i + keep, end - keep).replace(/[^\n]/g, ' ') +
      text.slice(end - keep, end);
    i = end;
  }
  return out;
}

function end_of_literal(text, start) {
  for (let i = start + 1; i < text.length; i++) {
    if (text[i] === '\\') i++;
    else if (text[i] === text[start]) return i + 1;
    else if (text[i] === '\n') return i;
  }
  return text.length;
}

export const line_of = (text, index) => text.slice(0, index).split('\n').length;

// The statements of code (comments blanked): [{text, line}]. A statement ends at `;`, or at the `{`
// that opens a block; a `{` inside parentheses or after a name begins a value and belongs to it.
export function statements(code) {
  const found = [];
  let start = 0;
  const closers = [];
  for (let i = 0; i < code.length; i++) {
    const at = code[i];
    if (at === '(' || at === '[') closers.push(at);
    else if (at === ')' || at === ']') closers.pop();
    else if (at === '{') {
      if (closers.length > 0 || begins_value(code.slice(start, i))) closers.push('{');
      else start = add(found, code, start, i);
    } else if (at === '}') {
      if (closers.at(-1) === '{') closers.pop();
      else start = add(found, code, start, i);
    } else if (at === ';' && closers.length === 0) {
      start = add(found, code, start, i);
    }
  }
  return found;
}

function add(found, code, start, end) {
  const text = code.slice(start, end);
  const blank = text.length - text.trimStart().length;
  if (text.trim()) found.push({ text: text.trim(), line: line_of(code, start + blank) });
  return end + 1;
}

function begins_value(before) {
  const text = before.trim();
  if (/(^|\W)(=|,|return|co_return|co_yield|co_await)$/.test(text)) return true;
  if (/^(template\s*<[^{]*>\s*)?(class|struct|enum|union|namespace|extern|inline namespace)\b/.test(text)) return false;
  if (/(^|\W)(else|do|try|const|noexcept|override|final|mutable|constexpr|requires)$/.test(text)) return false;
  if (/\)\s*(->.*)?$/s.test(text)) return false;
  return /[\w>]$/.test(text) && text !== '';
}
