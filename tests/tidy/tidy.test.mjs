// Every rule is broken once here and seen to notice; then the whole tree is checked.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from '../lib/limited.mjs';
import { fileURLToPath } from 'node:url';
import { check_file, check_subject, check_tree, file_rules, tree_rules } from './rules.mjs';
import { PAGE, page } from '../../tools/docs/limits.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));
const git = (...args) => execFileSync('git', args, { cwd: root, encoding: 'utf8' });
const lines = (count, text = 'x;') => `${text}\n`.repeat(count);
const of = (findings, rule) => findings.filter((found) => found.rule === rule).map((found) => found.line);

// rule -> [[path, bad text, lines found]...], [[path, good text]...]
const cases = {
  'plain-text': {
    bad: [
      ['src/a.cpp', 'int a;\n\tint b;\n', [2]],
      ['src/a.cpp', 'int a; \n', [1]],
      ['src/a.cpp', '// caf\u00e9\n', [1]],
      ['src/a.hpp', `int ${'a'.repeat(100)};\n`, [1]],
      ['web/src/a.ts', 'let a = 1; \n', [1]],
    ],
    good: [['web/src/ko.ts', "'\ub77c\uc774\ube0c'\n"], ['src/a.cpp', `${'a'.repeat(100)}\n`]],
  },
  'file-length': {
    bad: [['src/a.cpp', lines(501), [500]]],
    good: [['src/a.cpp', lines(500)], ['web/package-lock.json', lines(900)]],
  },
  'function-length': {
    bad: [
      ['src/a.cpp', `int f(int a) {\n${lines(69, '    g();')}}\n`, [1]],
      ['src/a.cpp', `struct A {\n    Task<void> f(int a,\n                 int b) const {\n${lines(68, '        g();')}    }\n};\n`, [2]],
    ],
    good: [
      ['src/a.cpp', `int f(int a) {\n${lines(68, '    g();')}}\n`],
      ['src/a.cpp', `namespace a {\n${lines(90)}}\n`],
      ['src/a_test.cpp', `TEST_CASE("a") {\n${lines(90, '    g();')}}\n`],
    ],
  },
  'pragma-once': {
    bad: [['src/a.hpp', 'int a;\n', [1]]],
    good: [['src/a.hpp', '#pragma once\n'], ['src/a.cpp', 'int a;\n']],
  },
  'asio-stays-below': {
    bad: [
      ['src/ingest/a.cpp', '#include <boost/asio/write.hpp>\n', [1]],
      ['src/async/loop.hpp', '#include <boost/asio.hpp>\n', [1]],
      ['src/net/a.cpp', '#include <boost/beast/http.hpp>\n', [1]],
    ],
    good: [
      ['src/net/listener.cpp', '#include <boost/asio/write.hpp>\n'],
      ['src/async/asio_loop.hpp', '#pragma once\n#include <boost/asio/write.hpp>\n'],
      ['src/http/server_test.cpp', '#include <boost/beast/http.hpp>\n'],
    ],
  },
  'await-stands-alone': {
    bad: [
      ['src/a.cpp', 'f();\nauto a = b ? co_await c() : d;\n', [2]],
      ['src/a.cpp', 'co_await f({.name = s});\n', [1]],
      ['src/a.cpp', 'co_await f([](int a) { return a; });\n', [1]],
      ['src/a.cpp', 'Task<int> g() {\n    Options o{.name = co_await a()};\n}\n', [2]],
      ['src/a.cpp', 'co_return {co_await a(), 1};\n', [1]],
    ],
    good: [
      ['src/a.cpp', 'Task<int> f() {\n    if (co_await g()) {\n        h{1};\n    }\n    co_return co_await i(1);\n}\n'],
      ['src/a.cpp', 'auto f() -> Task<void> {\n    CO_TRY(auto v, co_await f(a));\n}\n'],
      ['src/a.cpp', 'for (const auto& a : b) {\n    co_await a.f();  // why? {\n}\n'],
      ['src/a.cpp', 'struct A final : B {\n    Task<int> f() override {\n        co_await g("?{");\n    }\n};\n'],
      ['src/a.cpp', 'A a{1, 2};\nauto b = co_await c();\n'],
    ],
  },
  'no-capturing-lambda-coroutine': {
    bad: [
      ['src/a.cpp', 'spawn([this]() -> Task<void> { co_await f(); });\n', [1]],
      ['src/a.cpp', 'auto a =\n    [&x, y](int b) mutable -> async::Task<int> { co_return 1; };\n', [2]],
    ],
    good: [
      ['src/a.cpp', 'spawn([](Loop& loop) -> Task<void> { co_await loop.f(); }(loop));\n'],
      ['src/a.cpp', 'int a[3];\nauto f(int b) -> Task<int>;\n'],
    ],
  },
  'no-nested-try': {
    bad: [['src/a.cpp', 'auto a = TRY(f(TRY(g())));\n', [1]]],
    good: [['src/a.cpp', 'auto a = TRY(f(g(1)));\nauto b = TRY(f()) + TRY(g());\n']],
  },
  'metrics-are-output': {
    bad: [['src/a.cpp', 'int f() {\n    return metrics::gauge("a",\n        "b").value();\n}\n', [2]]],
    good: [['src/a.cpp', 'metrics::Gauge& a = metrics::gauge("a", "b");\nint b = c.value();\n']],
  },
  endl: { bad: [['src/a.cpp', 'out << std::endl;\n', [1]]], good: [['src/a.cpp', '// std::endl flushes\n']] },
  regex: { bad: [['src/a.cpp', 'std::regex r;\n', [1]]], good: [['src/a.cpp', 'Regex r;\n']] },
  cout: { bad: [['src/a.cpp', 'std::cout << 1;\n', [1]]], good: [['src/a.cpp', 'fmt::print("std::cout");\n']] },
  'directory-iterator': {
    bad: [['src/a.cpp', 'for (auto& e : std::filesystem::directory_iterator(p, error)) f(e);\n', [1]]],
    good: [['src/base/files.cpp', 'fs::directory_iterator at(folder, error);\n'], ['src/a_test.cpp', 'fs::directory_iterator(f);\n']],
  },
  new: {
    bad: [['src/a.cpp', 'auto* a = new Thing(1);\n', [1]]],
    good: [['src/a.cpp', 'auto a = make_unique<Thing>(); // a new one\nint renew = f(new_name);\n']],
  },
  volatile: { bad: [['src/a.cpp', 'volatile int a;\n', [1]]], good: [['src/a.cpp', 'bool is_volatile;\n']] },
  'sleep-in-tests': {
    bad: [
      ['src/net/a_test.cpp', 'std::this_thread::sleep_for(1s);\n', [1]],
      ['src/net/b_testing.hpp', '#pragma once\nstd::this_thread::sleep_for(1s);\n', [2]],
    ],
    good: [
      ['src/net/a_test.cpp', 'co_await loop.sleep_for(1s);\n'],
      ['src/async/testing.hpp', '#pragma once\nstd::this_thread::sleep_for(1s);\n'],
    ],
  },
  'loop-of-waits-in-tests': {
    bad: [
      ['src/net/a_test.cpp', 'f();\nwhile (!ready) co_await loop.yield();\n', [2]],
      ['src/net/a_test.cpp', 'while (a() > (b)) {\n    c();\n    std::this_thread::yield();\n}\n', [1]],
      ['src/net/a_test.cpp', 'for (int i = 0; i < 50; ++i) co_await loop.yield();\n', [1]],
      ['src/net/a_test.cpp', 'for (;;) {\n    if (a) return;\n    co_await loop.sleep_for(1ms);\n}\n', [1]],
      ['tests/a.cpp', 'do {\n    co_await loop.yield();\n} while (!ready);\n', [1]],
    ],
    good: [
      ['src/net/a_test.cpp', 'while (!ready) f();\nco_await loop.yield();\nfor (;;) {\n    g();\n}\nco_await loop.yield();\n'],
      ['src/async/testing.hpp', '#pragma once\nfor (int i = 0; i < count; ++i) co_await loop.yield();\n'],
      ['src/net/a.cpp', 'for (;;) co_await loop.sleep_for(1s);\n'],
    ],
  },
  'node-tests-are-limited': {
    bad: [['tests/e2e/a.test.mjs', "import { test } from 'node:test';\n", [1]]],
    good: [['tests/e2e/a.test.mjs', "import { test } from '../lib/limited.mjs';\n"], ['tests/lib/a.mjs', "import * as node from 'node:test';\n"]],
  },
  rand: { bad: [['src/a.cpp', 'int a = rand();\n', [1]]], good: [['src/a.cpp', 'int a = random.grand();\n']] },
  'c-numbers': {
    bad: [['src/a.cpp', 'int a = std::atoi(b);\nlong c = strtol(d, nullptr, 10);\nint e = std::stoi(f);\n', [1, 2, 3]]],
    good: [['src/a.cpp', 'auto a = parse_int<int>(b);\n']],
  },
  mutex: {
    bad: [['src/a.cpp', 'std::mutex m;\n', [1]], ['src/a.cpp', 'std::shared_mutex m;\n', [1]]],
    good: [['src/base/mutex.hpp', '#pragma once\nstd::mutex m;\n'], ['src/a.cpp', 'Mutex m;\n']],
  },
  'using-namespace': {
    bad: [['src/a.cpp', 'using namespace shopcast;\n', [1]]],
    good: [['src/a_test.cpp', 'using namespace shopcast;\n'], ['src/a.cpp', 'using namespace std::chrono_literals;\n']],
  },
  unfinished: {
    bad: [['src/a.cpp', '// TODO later\n', [1]], ['dev', '# FIXME\n', [1]]],
    good: [['src/a.cpp', '// a hack saw\n']],
  },
  'limits-have-reasons': {
    bad: [['src/base/limits.hpp', '#pragma once\n/// Why.\nconstexpr int a = 1;\nconstexpr int b = 2;\n', [4]]],
    good: [['src/base/limits.hpp', '#pragma once\nconstexpr int KiB = 1024;\nconstexpr int a = 1;  // why\n']],
  },
  'document-title': {
    bad: [['docs/a.md', 'words\n', [1]]],
    good: [['docs/a.md', '# A title\n']],
  },
};

describe('a rule notices', () => {
  for (const rule of file_rules) {
    test(rule.name, () => {
      assert.ok(cases[rule.name], 'a rule without a negative test');
      for (const [path, text, found] of cases[rule.name].bad) {
        assert.deepEqual(of(check_file(path, text), rule.name), found, `${path}: ${JSON.stringify(text.slice(0, 200))}`);
      }
      for (const [path, text] of cases[rule.name].good) {
        assert.deepEqual(of(check_file(path, text), rule.name), [], `${path}: ${JSON.stringify(text.slice(0, 200))}`);
      }
    });
  }
});

const modules = 'shopcast_module(base)\nshopcast_module(wire USES base LIBRARIES zlib)\n';
const tree_cases = {
  'module-order': [
    { 'src/CMakeLists.txt': modules, 'src/base/a.cpp': '#include "wire/b.hpp"\n', 'src/wire/b.hpp': '' },
    { 'src/CMakeLists.txt': modules, 'src/wire/a.cpp': '#include "base/b.hpp"\n', 'src/base/b.hpp': '' },
  ],
  'folder-order': [
    { 'src/CMakeLists.txt': 'shopcast_module(shop FOLDERS core pay)\n', 'src/shop/core/a.cpp': '#include "shop/pay/b.hpp"\n', 'src/shop/pay/b.hpp': '' },
    { 'src/CMakeLists.txt': 'shopcast_module(shop FOLDERS core pay)\n', 'src/shop/pay/a.cpp': '#include "shop/core/b.hpp"\n', 'src/shop/core/b.hpp': '' },
  ],
  'modules-are-used': [
    { 'src/CMakeLists.txt': modules, 'src/wire/a.cpp': '#include "wire/b.hpp"\n', 'src/wire/b.hpp': '' },
    { 'src/CMakeLists.txt': modules, 'src/wire/a.cpp': '#include "base/b.hpp"\n', 'src/base/b.hpp': '' },
  ],
  'modules-are-drawn': [
    { 'src/CMakeLists.txt': modules, 'docs/ARCHITECTURE.md': '| `base` | x | |\n| `wire` | x | |\n' },
    { 'src/CMakeLists.txt': modules, 'docs/ARCHITECTURE.md': '| `base` | x | |\n| `wire` | x | base |\n' },
  ],
  'tables-of-used-modules': [
    { 'src/CMakeLists.txt': modules, 'src/wire/schema.cpp': 'R"(CREATE TABLE leaf (', 'src/base/a.cpp': '"SELECT a FROM b"\n" JOIN leaf ON TRUE"' },
    { 'src/CMakeLists.txt': modules, 'src/base/schema.cpp': 'R"(CREATE TABLE leaf (', 'src/wire/a.cpp': '"DELETE FROM leaf"', 'src/base/a.cpp': '"INSERT INTO leaf"' },
  ],
  'tables-have-an-end': [
    { 'src/base/schema.cpp': 'R"(CREATE TABLE leaf (', 'docs/operating/retention.md': '# Kept\nleaf\n' },
    { 'src/base/schema.cpp': 'R"(CREATE TABLE leaf (\nCREATE TABLE old (\nDROP TABLE old;', 'docs/operating/retention.md': '# Kept\n`leaf`\n' },
  ],
  'file-has-header': [
    { 'src/net/a_b.cpp': '', 'src/net/ab.hpp': '', 'src/net/b.hpp': '' },
    { 'src/net/a_b_c.cpp': '', 'src/net/a_b.hpp': '', 'src/net/a_test.cpp': '', 'src/main.cpp': '', 'src/cli/x.cpp': '' },
  ],
  'includes-exist': [
    { 'src/base/a.cpp': '#include "b.hpp"\n', 'src/base/b.hpp': '' },
    { 'src/base/a.cpp': '#include "base/b.hpp"\n', 'src/base/b.hpp': '' },
  ],
  'header-is-used': [
    { 'src/base/b.hpp': '' },
    { 'src/base/b.hpp': '', 'fuzz/a_fuzz.cpp': '#include "base/b.hpp"\n' },
  ],
  'codec-has-test': [
    { 'src/wire/flv.cpp': '', 'src/wire/flvx_test.cpp': '' },
    { 'src/wire/flv_tag.cpp': '', 'src/wire/flv_test.cpp': '' },
  ],
  'codec-has-fuzz-twin': [
    { 'src/wire/flv.cpp': '', 'src/wire/flv.hpp': 'Result<Tag> parse_tag(ByteSpan in);\n' },
    { 'src/wire/flv.cpp': '', 'src/wire/flv.hpp': 'Result<Tag> parse_tag(ByteSpan in);\n', 'fuzz/flv_fuzz.cpp': '' },
  ],
};

describe('a rule of the tree notices', () => {
  for (const rule of tree_rules) {
    test(rule.name, () => {
      const [bad, good] = tree_cases[rule.name].map((files) => of(check_tree(new Map(Object.entries(files))), rule.name));
      assert.equal(bad.length, 1);
      assert.equal(good.length, 0);
    });
  }
});

test('a commit subject is "area: Imperative sentence"', () => {
  assert.equal(check_subject('wire: Read AMF0'), undefined);
  assert.equal(check_subject('wire, media: Read AMF0'), undefined);
  assert.match(check_subject('Read AMF0'), /area/);
  assert.match(check_subject('wire: read AMF0'), /Imperative/);
  assert.match(check_subject('wire: Read AMF0.'), /full stop/);
  assert.match(check_subject(`wire: Read ${'a'.repeat(72)}`), /72/);
});

describe('the tree', () => {
  const is_text = /\.(cpp|hpp|md|mjs|js|ts|tsx|css|html|sh|cmake|txt|json|toml|tsv)$|(^|\/)(dev|run)$/;
  const paths = git('ls-files', '-co', '--exclude-standard').split('\n')
    .filter((path) => is_text.test(path) && existsSync(join(root, path)) && statSync(join(root, path)).isFile());
  const files = new Map(paths.map((path) => [path, readFileSync(join(root, path), 'utf8')]));
  const show = (found) => `${found.path}:${found.line}: ${found.say} [${found.rule}]`;

  test('follows the rules of a file', () => {
    assert.ok(files.size > 10);
    const found = [...files].flatMap(([path, text]) => check_file(path, text)).map(show);
    assert.ok(found.length === 0, found.join('\n'));
  });

  test('follows the rules of the whole', () => {
    const found = check_tree(files).map(show);
    assert.ok(found.length === 0, found.join('\n'));
  });

  test('tells operators the limits that the code has', () => {
    assert.equal(files.get(PAGE), page(), 'run: node tools/docs/limits.mjs');
  });

  test('has a last commit with a proper subject', () => {
    const [subject, parents] = git('log', '-1', '--format=%s%n%p').split('\n');
    if (parents.includes(' ')) return;
    assert.equal(check_subject(subject), undefined, subject);
  });
});
