// ./dev mutate is only worth its time when it changes code that decides something, and nothing else.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { change_of, mutants_of, mutated, name_of, shuffled } from '../../tools/mutate/mutants.mjs';
import { test } from '../lib/limited.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));
const body = (code) => `int f(int a, int b) {\n    ${code}\n}\n`;
const changes = (text) => mutants_of('src/a.cpp', text).map(({ from, to }) => `${from} ${to}`.trim());

for (const [code, ...expected] of [
  ['return a < b;', '< <=', '< >='],
  ['return a <= b;', '<= <', '<= >'],
  ['return a >\n        b;', '> >=', '> <='],
  ['return a == b || a != b;', '== !=', '|| &&', '!= =='],
  ['return a + b - a;', '+ -', '- +'],
  ['return a * b / a % b;', '* /', '/ *', '% *'],
  ['return !a && b;', '!', '&& ||'],
  ['++a, b--;', '++ --', '-- ++'],
  ['a += b;', '+= -='],
  ['return true;', 'true false'],
  ['return std::min(a, std::ranges::max(b));', 'min max', 'max min'],
  ['return g(0, 1, 1\'000ms);', '0 1', '1 2', '1 0', '1\'000ms 1001ms', '1\'000ms 999ms'],
  ['if (a) return b;', 'a true', 'a false'],
  ['if (const int c = g(a); !c) return b;', '! ', '!c true', '!c false'],
]) {
  test(`mutants of ${code}`, () =>
    assert.deepEqual(changes(body(code)).toSorted(), expected.map((one) => one.trim()).toSorted()));
}

for (const code of [
  '// a < b && true, 1 + 2',
  '/* a < b */',
  'return "a < b, 1 + 2";',
  "return 'a' ;",
  'return R"(a < 1)";',
  'std::vector<int> c;',
  'std::array<std::pair<int, 2>, 3> c;',
  'T&& c = std::move<T*>(a);',
  'return p->q;',
  'auto c = [](int d) -> int { return d; };',
  'out << a >> b;',
  'a <<= b;',
  'static_assert(1 + 2 == 3);',
  'constexpr int c = 1 + 2;',
  'log::warning("x", {{"n", a + 1}});',
  'return std::numeric_limits<int>::max();',
  'if (const auto* c = g()) return c;',
  'if constexpr (a < b) return b;',
  'return 0x7f;',
  'return 1.5;',
  'return c1 <=> c2;',
]) {
  test(`nothing of ${code} is changed but its conditions`, () =>
    assert.deepEqual(changes(body(code)).filter((one) => !/^[ac] (true|false)$/.test(one)), []));
}

test('nothing outside of functions is changed', () => {
  assert.deepEqual(changes(`#include <a>
#if A < 1
#define B(c) \\
    (c + 1)
#endif
namespace a {
enum class E { One = 1, Two };
constexpr int limit = 2 * 3;
template <int n = 1 + 1>
struct S {
    int a = 1;
    bool operator==(const S&) const = default;
    bool operator<(const S&) const;
    int b[2] = {1, 2};
    std::vector<int> c{1, 2};
};
}  // namespace a
`), []);
});

test('what is inside of functions is: methods, constructors, lambdas of a table', () => {
  assert.deepEqual(changes(`struct S {
    explicit S(int a) : a_(a) { a_ += a; }
    auto less(const S& b) const -> bool { return a_ < b.a_; }
    bool operator>(const S& b) const { return a_ > b.a_; }
    int a_ = 0;
};
const auto table = {[](int a) { return a * a; }};
`), ['+= -=', '< <=', '< >=', '> >=', '> <=', '* /']);
});

test('a mutant has a name to try it by, and changes that place alone', () => {
  const text = body('return a < b;');
  const [one] = mutants_of('src/a.cpp', text);
  assert.equal(name_of(one), 'src/a.cpp:2:14:<=');
  assert.equal(change_of(one), '`<` -> `<=`');
  assert.equal(mutated(text, one), body('return a <= b;'));
});

test('the same seed gives the same mutants, another one others', () => {
  const list = Array.from({ length: 100 }, (_, i) => i);
  assert.deepEqual(shuffled(list, 7), shuffled(list, 7));
  assert.notDeepEqual(shuffled(list, 7), shuffled(list, 8));
  assert.deepEqual(shuffled(list, 7).toSorted((a, b) => a - b), list);
});

// On all that there is: the scanner must neither stumble nor touch a line that is no code.
test('the mutants of the whole tree lie in code', () => {
  const files = execFileSync('git', ['ls-files', 'src/*.cpp', 'src/*.hpp'], { cwd: root, encoding: 'utf8' });
  let count = 0;
  for (const path of files.trim().split('\n')) {
    const text = readFileSync(join(root, path), 'utf8');
    for (const mutant of mutants_of(path, text)) {
      count++;
      const at = `${name_of(mutant)} ${change_of(mutant)}`;
      assert.equal(text.slice(mutant.index, mutant.index + mutant.from.length), mutant.from, at);
      const line = text.split('\n')[mutant.line - 1];
      assert.equal(line.slice(mutant.column - 1).startsWith(mutant.from.split('\n')[0]), true, at);
      assert.doesNotMatch(line, /^\s*(\/\/|#|static_assert|template <)/, at);
    }
  }
  assert.ok(count > 5000, `only ${count} mutants in the whole tree`);
});
