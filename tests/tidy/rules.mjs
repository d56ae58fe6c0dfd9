// What the compiler, clang-format and clang-tidy do not check. A rule looks at one file and returns
// [{line, say}]; `say` always names what to write instead.
import { code_only, line_of, statements } from './cpp_text.mjs';

const is_cpp = (path) => /\.(cpp|hpp)$/.test(path);
const is_test = (path) => /_test\.cpp$|(^|[/_])testing\.hpp$|_for_tests\.hpp$|^(tests|fuzz|bench)\//.test(path);
// Where tests wait for what has no event of its own: bounded, and with words when it never comes.
const waits_for_tests = 'src/async/testing.hpp';
const module_of = (path) => /^src\/([a-z0-9_]+)\//.exec(path)?.[1];

// Every line of code that matches, with one message.
function lines_with(code, pattern, say) {
  return code.split('\n').flatMap((text, i) => (pattern.test(text) ? [{ line: i + 1, say }] : []));
}

// A word that is not used here, and the one that is.
const banned = (name, pattern, say, applies = () => true) => ({
  name,
  check: ({ path, code }) =>
    is_cpp(path) && applies(path) ? lines_with(code, pattern, say) : [],
});

export const file_rules = [
  {
    name: 'plain-text',
    check: ({ path, text }) => text.split('\n').flatMap((line, i) => {
      const at = i + 1;
      const found = [];
      if (/\t/.test(line)) found.push({ line: at, say: 'a tab: use spaces' });
      if (/\s$/.test(line)) found.push({ line: at, say: 'space at the end of the line: remove it' });
      if (/[^\x20-\x7e\t]/.test(line) && (is_cpp(path) || path.endsWith('.sh'))) {
        found.push({ line: at, say: 'not ASCII: write \\u escapes in literals, words in comments' });
      }
      if (line.length > 100 && (is_cpp(path) || path.endsWith('.cmake'))) {
        found.push({ line: at, say: `${line.length} columns: break the line before column 100` });
      }
      return found;
    }),
  },
  {
    name: 'file-length',
    check: ({ path, text }) => {
      const lines = text.split('\n').length - 1;
      return lines > 500 && /\.(cpp|hpp|mjs|ts|tsx|sh)$/.test(path)
        ? [{ line: 500, say: `${lines} lines: find the second idea and give it a file of its own` }]
        : [];
    },
  },
  {
    name: 'function-length',
    check: ({ path, code }) => (is_cpp(path) && !is_test(path) ? long_functions(code) : []),
  },
  {
    name: 'pragma-once',
    check: ({ path, text }) => (path.endsWith('.hpp') && !text.includes('#pragma once')
      ? [{ line: 1, say: 'a header without a guard: begin it with #pragma once' }] : []),
  },
  {
    name: 'asio-stays-below',
    check: ({ path, text }) => {
      if (!is_cpp(path) || is_test(path)) return [];
      const found = [];
      if (!/^src\/(net\/[^/]+\.cpp|async\/([^/]+\.cpp|asio_[^/]+\.hpp))$/.test(path)) {
        found.push(...lines_with(text, /#include <boost\/asio/,
          'Boost.Asio outside async/ and net/*.cpp: include async/loop.hpp or net/stream.hpp'));
      }
      found.push(...lines_with(text, /#include <boost\/beast/,
        'Boost.Beast in the product (20 s a file): use http/, wire/http1.hpp or wire/websocket.hpp'));
      return found;
    },
  },
  {
    name: 'await-stands-alone',
    check: ({ path, code }) => (is_cpp(path) ? statements(code) : []).flatMap(({ text, line }) =>
      /\bco_await\b/.test(text) && /[{?]/.test(text)
        ? [{ line, say: 'co_await beside { or ? in one statement: give its result a name first' }] : []),
  },
  {
    name: 'no-capturing-lambda-coroutine',
    check: ({ path, code }) => {
      if (!is_cpp(path)) return [];
      const lambda = /\[[^\][]*[^\][\s][^\][]*\]\s*(\([^()]*\))?[^;{}()]*->\s*(async::)?Task</g;
      return [...code.matchAll(lambda)].map((found) => ({
        line: line_of(code, found.index),
        say: 'a capturing lambda coroutine loses its captures: pass them as parameters',
      }));
    },
  },
  {
    name: 'no-nested-try',
    check: ({ path, code }) => (is_cpp(path) ? [...code.matchAll(/\bTRY(_VOID)?\(/g)] : [])
      .filter((found) => /\bTRY(_VOID)?\(/.test(in_parentheses(code, found.index + found[0].length)))
      .map((found) => ({ line: line_of(code, found.index), say: 'TRY inside TRY: give the inner result a name first' })),
  },
  {
    // Who decides by a metric decides by a name that anybody may rename.
    name: 'metrics-are-output',
    check: ({ path, code }) => (is_cpp(path) && !is_test(path) && !path.startsWith('src/base/metrics')
      ? [...code.matchAll(/\bmetrics::(counter|gauge)\([^;]*?\)\s*\.value\(\)/g)] : [])
      .map((found) => ({ line: line_of(code, found.index), say: 'a metric that is read: keep the number where it is counted, and ask for that' })),
  },
  banned('endl', /\bstd::endl\b/, "std::endl flushes: write '\\n'"),
  banned('regex', /\bstd::w?regex\b/, 'std::regex is slow and throws: write a ByteReader or text.hpp parser'),
  banned('cout', /\bstd::(cout|cerr)\b/, 'std::cout: log with base/log.hpp, print with fmt::print'),
  banned('directory-iterator', /\bdirectory_iterator\b/,
    'directory_iterator throws while it goes on: list_folder() of base/files.hpp', (path) => path !== 'src/base/files.cpp' && !is_test(path)),
  banned('new', /\bnew\s+[A-Za-z_:(]/, 'new: use std::make_unique or std::make_shared'),
  banned('volatile', /\bvolatile\b/, 'volatile is no synchronisation: use std::atomic'),
  banned('sleep-in-tests', /\bthis_thread::sleep_(for|until)\b|\busleep\(|\bnanosleep\(/,
    'a sleeping test: wait for the event itself, with async::block_until(), or turn a manual clock',
    (path) => is_test(path) && path !== waits_for_tests),
  {
    // A condition that never comes hangs the whole suite, and spinning takes the processor from what
    // is waited for.
    name: 'loop-of-waits-in-tests',
    check: ({ path, code }) => (is_cpp(path) && is_test(path) && path !== waits_for_tests ? loops(code) : [])
      .filter(({ text }) => /\b(yield|sleep_for)\(/.test(text))
      .map(({ line }) => ({ line, say: 'a loop around yield() or a sleep: use until(), block_until() or turns() of async/testing.hpp' })),
  },
  {
    name: 'node-tests-are-limited',
    check: ({ path, text }) => (/^tests\/.*\.test\.mjs$/.test(path)
      ? lines_with(text, /^import .* from 'node:test'/, 'a test without a limit: take test, before and after from tests/lib/limited.mjs') : []),
  },
  banned('rand', /\b(std::)?s?rand\(/, 'rand(): use base/random.hpp'),
  banned('c-numbers', /\b(std::)?(strto(l|ll|ul|ull|d|f)|ato(i|l|ll|f)|sto(i|l|ll|ul|ull|d|f))\(/,
    'numbers of C: use parse_int of base/text.hpp', (path) => !is_test(path)),
  banned('mutex', /\bstd::(recursive_|shared_|timed_)?mutex\b/,
    'std::mutex: use shopcast::Mutex of base/mutex.hpp, which the compiler checks',
    (path) => path !== 'src/base/mutex.hpp'),
  banned('using-namespace', /\busing namespace (?!std::(chrono_|string_|string_view_)?literals)/,
    'using namespace: name what you use, or open the namespace', (path) => !is_test(path)),
  {
    name: 'unfinished',
    check: ({ path, text }) => (/\.(cpp|hpp|mjs|ts|tsx|sh|css|cmake)$|^dev$/.test(path) && !path.startsWith('tests/tidy/')
      ? lines_with(text, /\b(TODO|FIXME|XXX|HACK)\b/, 'unfinished work in the code: finish it, or say why this is right') : []),
  },
  {
    name: 'limits-have-reasons',
    check: ({ path, text }) => {
      if (!/^src\/\w+\/limits\.hpp$/.test(path)) return [];
      const lines = text.split('\n');
      return lines.flatMap((line, i) =>
        /^constexpr\b/.test(line) && !/\b[KMG]iB = /.test(line) && !/\/\//.test(line) && !/^\/\/\//.test(lines[i - 1] ?? '')
          ? [{ line: i + 1, say: 'a limit without its reason: say above it why this value, and what happens there' }] : []);
    },
  },
  {
    name: 'document-title',
    check: ({ path, text }) => (path.endsWith('.md') && !/^# \S/.test(text)
      ? [{ line: 1, say: 'a document without a title: begin it with "# Title"' }] : []),
  },
];

// A block with parentheses in front of it: a function, or a lambda. Its lines, head and braces included.
function long_functions(code) {
  const lines = code.split('\n');
  const found = [];
  lines.forEach((line, i) => {
    if (!/\{\s*$/.test(line) || not_a_function.test(line)) return;
    let first = i;
    while (first > 0 && !/[;{}:]\s*$|^\s*$|^#/.test(lines[first - 1])) first--;
    const head = lines.slice(first, i + 1).join(' ');
    if (!/\)/.test(head) || not_a_function.test(head) || /[=,]\s*\{\s*$/.test(line)) return;
    let last = i;
    for (let depth = 0; last < lines.length; last++) {
      depth += lines[last].split('{').length - lines[last].split('}').length;
      if (depth <= 0) break;
    }
    const long = last - first + 1;
    if (long > 70) found.push({ line: first + 1, say: `a function of ${long} lines: split it so that it fits a screen (70)` });
  });
  return found;
}

const not_a_function = /^\s*(namespace|class|struct|enum|union|extern|else|\}|for|while|if|switch)\b/;

// The loops of code, head and body: [{text, line}].
function loops(code) {
  return [...code.matchAll(/\b(?:(?:while|for)\s*\(|do\s*\{)/g)].map((found) => {
    const start = found.index;
    let end = start + found[0].length;
    if (!found[0].endsWith('{')) end += in_parentheses(code, end).length;
    const opens = code.slice(end).search(/\S/) + end;
    if (found[0].endsWith('{') || code[opens] === '{') {
      end = found[0].endsWith('{') ? end : opens + 1;
      for (let depth = 1; end < code.length && depth > 0; end++) depth += { '{': 1, '}': -1 }[code[end]] ?? 0;
    } else {
      end = code.indexOf(';', opens) + 1 || code.length;
    }
    return { text: code.slice(start, end), line: line_of(code, start) };
  });
}

// The text from `start`, just behind a parenthesis, up to the one that closes it.
function in_parentheses(code, start) {
  let depth = 1;
  let i = start;
  while (i < code.length && depth > 0) depth += { '(': 1, ')': -1 }[code[i++]] ?? 0;
  return code.slice(start, i);
}

// "a/b_c_d" -> "a/b_c_d", "a/b_c", "a/b".
function prefixes(path) {
  const words = path.split('_');
  return words.map((_, i) => words.slice(0, words.length - i).join('_')).filter((begin) => begin.includes('/'));
}

// The modules in their order, each with those that it may use, or with its folders: Map of name to names.
function modules_of(files, keyword = 'USES') {
  return new Map([...(files.get('src/CMakeLists.txt') ?? '').matchAll(/^shopcast_module\((\w+)([^)]*)\)/gm)]
    .map(([, name, rest]) => [name, words_behind(keyword, rest)]));
}

// The lower-case words that follow a keyword of CMake.
function words_behind(keyword, text) {
  return (new RegExp(`${keyword}\\s([a-z0-9_\\s]+)`).exec(text)?.[1] ?? '').trim().split(/\s+/).filter(Boolean);
}

// Rules about the tree as a whole: files is a Map of path to text; they return [{path, line, say}].
export const tree_rules = [
  {
    // src/CMakeLists.txt says which modules a module stands on; headers would link without it.
    name: 'module-order',
    check: (files) => {
      const uses = modules_of(files);
      return each_include(files, ({ path, line, target }) => {
        const mine = module_of(path);
        const theirs = module_of(`src/${target}`);
        if (!mine || !theirs || mine === theirs || !uses.has(theirs) || !uses.has(mine) || uses.get(mine).includes(theirs)) return undefined;
        return { path, line, say: `${mine} includes ${theirs}/, which its line in src/CMakeLists.txt does not use: turn the dependency round, or add it there` };
      });
    },
  },
  {
    // A module's folders stand on one another as the modules do.
    name: 'folder-order',
    check: (files) => {
      const orders = modules_of(files, 'FOLDERS');
      return each_include(files, ({ path, line, target }) => {
        const [, mine, from] = /^src\/(\w+)\/(\w+)\//.exec(path) ?? [];
        const [, theirs, to] = /^(\w+)\/(\w+)\//.exec(target) ?? [];
        if (mine !== theirs || path.endsWith('_test.cpp')) return undefined;
        const order = orders.get(mine) ?? [];
        if (order.indexOf(from) >= order.indexOf(to) || !order.includes(from)) return undefined;
        return { path, line, say: `${mine}/${from} includes ${mine}/${to}, which stands behind it in src/CMakeLists.txt: turn the dependency round` };
      });
    },
  },
  {
    // A module that is allowed and not needed is a door left open.
    name: 'modules-are-used',
    check: (files) => {
      const path = 'src/CMakeLists.txt';
      const unused = new Set([...modules_of(files)].flatMap(([mine, used]) => used.map((theirs) => `${mine} ${theirs}`)));
      each_include(files, ({ path: from, target }) => void unused.delete(`${module_of(from)} ${module_of(`src/${target}`)}`));
      return [...unused].map((pair) => ({ path, line: 1, say: `${pair.replace(' ', ' includes nothing of ')}: take it off its line` }));
    },
  },
  {
    // What docs/ARCHITECTURE.md draws is what the build enforces.
    name: 'modules-are-drawn',
    check: (files) => {
      const path = 'docs/ARCHITECTURE.md';
      const uses = modules_of(files);
      const table = /^\| `base` [^]*?\n(?!\|)/m.exec(files.get(path) ?? '')?.[0] ?? '';
      const drawn = new Map([...table.matchAll(/^\| `(\w+)` \|[^|]*\|([^|]*)\|$/gm)]
        .map(([, name, used]) => [name, used.trim().split(/,\s*/).filter(Boolean)]));
      const order = [...uses.keys()];
      if (order.join() !== [...drawn.keys()].join()) {
        return [{ path, line: 1, say: `its table has the modules ${[...drawn.keys()]}; src/CMakeLists.txt has ${order}` }];
      }
      return order.filter((name) => drawn.get(name).join() !== uses.get(name).join())
        .map((name) => ({ path, line: 1, say: `${name} may use ${uses.get(name)} by src/CMakeLists.txt, and ${drawn.get(name)} by this table` }));
    },
  },
  {
    // SQL is a dependency that no include shows.
    name: 'tables-of-used-modules',
    check: (files) => {
      const uses = modules_of(files);
      const owner = new Map([...files].filter(([path]) => /^src\/\w+\/.*schema\.cpp$/.test(path))
        .flatMap(([path, text]) => [...text.matchAll(/CREATE (?:VIRTUAL )?TABLE (\w+)/g)].map(([, table]) => [table, module_of(path)])));
      return [...files].filter(([path]) => is_cpp(path) && !is_test(path) && uses.has(module_of(path)))
        .flatMap(([path, text]) => [...text.matchAll(/\b(?:FROM|JOIN|INTO|UPDATE)\s+([a-z_]+)/g)].flatMap((found) => {
          const mine = module_of(path);
          const theirs = owner.get(found[1]);
          return !theirs || theirs === mine || uses.get(mine).includes(theirs) ? []
            : [{ path, line: line_of(text, found.index), say: `${mine} asks for ${theirs}'s table ${found[1]}, a module that it does not use` }];
        }));
    },
  },
  {
    // What nobody thought of an end for grows until the disk is full.
    name: 'tables-have-an-end',
    check: (files) => {
      const page = files.get('docs/operating/retention.md') ?? '';
      return [...files].filter(([path]) => /^src\/\w+\/.*schema\.cpp$/.test(path))
        .flatMap(([path, text]) => [...text.matchAll(/CREATE (?:VIRTUAL )?TABLE (\w+)/g)]
          .filter(([, table]) => !text.includes(`DROP TABLE ${table};`) && !page.includes(`\`${table}\``))
          .map((found) => ({ path, line: line_of(text, found.index), say: `how long is ${found[1]} kept? Give it a retention, and a row in docs/operating/retention.md` })));
    },
  },
  {
    // A header is named after what it declares: x.cpp defines what x.hpp says, or a part of it as
    // x_part.cpp. Programs and the command line's parts, which register themselves, have none.
    name: 'file-has-header',
    check: (files) => [...files.keys()]
      .filter((path) => /^src\/\w+\/.*\.cpp$/.test(path) && !path.endsWith('_test.cpp') && !path.startsWith('src/cli/'))
      .filter((path) => !prefixes(path.replace('.cpp', '')).some((begin) => files.has(`${begin}.hpp`)))
      .map((path) => ({ path, line: 1, say: `no header of its name or of its beginning: rename it after the header that declares what it defines` })),
  },
  {
    name: 'includes-exist',
    check: (files) => each_include(files, ({ path, line, target }) =>
      (path.startsWith('src/') && !files.has(`src/${target}`)
        ? { path, line, say: `there is no src/${target}: includes are relative to src/` } : undefined)),
  },
  {
    name: 'header-is-used',
    check: (files) => {
      const included = new Set();
      each_include(files, ({ target }) => void included.add(`src/${target}`));
      return [...files.keys()].filter((path) => /^src\/.*\.hpp$/.test(path) && !included.has(path))
        .map((path) => ({ path, line: 1, say: 'no file includes this header: remove it' }));
    },
  },
  {
    name: 'codec-has-test',
    check: (files) => codecs(files).filter((path) => !twin(files, path, /^src\/wire\/(\w+)_test\.cpp$/))
      .map((path) => ({ path, line: 1, say: `a codec without a test: write ${path.replace('.cpp', '_test.cpp')} with the specification's vectors` })),
  },
  {
    // Only what reads bytes of others can be broken by them.
    name: 'codec-has-fuzz-twin',
    check: (files) => codecs(files)
      .filter((path) => /\b(parse|read|decode|inflate|unescape|feed)\w*\(/.test(files.get(path.replace('.cpp', '.hpp')) ?? ''))
      .filter((path) => !twin(files, path, /^fuzz\/(\w+)_fuzz\.cpp$/) &&
        ![...files].some(([name, text]) => name.startsWith('fuzz/') && text.includes(`"${path.slice(4).replace('.cpp', '.hpp')}"`)))
      .map((path) => ({ path, line: 1, say: `a codec that reads without a fuzz twin: write fuzz/${path.slice(9, -4)}_fuzz.cpp` })),
  },
];

const codecs = (files) => [...files.keys()].filter((path) => /^src\/wire\/\w+\.cpp$/.test(path) && !path.endsWith('_test.cpp'));

// A twin has the codec's name or the first words of it: h264_test.cpp covers h264_sps.cpp.
const twin = (files, path, pattern) => [...files.keys()].some((other) => {
  const name = pattern.exec(other)?.[1];
  const mine = path.slice('src/wire/'.length, -4);
  return name !== undefined && (mine === name || mine.startsWith(`${name}_`));
});

function each_include(files, judge) {
  const found = [];
  for (const [path, text] of files) {
    if (!is_cpp(path)) continue;
    text.split('\n').forEach((line, i) => {
      const target = /^#include "([^"]+)"/.exec(line)?.[1];
      const finding = target && judge({ path, line: i + 1, target });
      if (finding) found.push(finding);
    });
  }
  return found;
}

export const check_file = (path, text) => {
  const file = { path, text, code: is_cpp(path) ? code_only(text) : text };
  return file_rules.flatMap((rule) => rule.check(file).map((found) => ({ path, rule: rule.name, ...found })));
};

export const check_tree = (files) =>
  tree_rules.flatMap((rule) => rule.check(files).map((found) => ({ rule: rule.name, ...found })));

// The subject line of a commit: `area: Imperative sentence`, 72 columns.
export function check_subject(subject) {
  if (subject.length > 72) return `${subject.length} columns: a subject has at most 72`;
  if (!/^[a-z0-9_./-]+(, [a-z0-9_./-]+)*: [A-Z]/.test(subject)) return 'not "area: Imperative sentence" (area = module or folder)';
  if (/\.$/.test(subject)) return 'a subject has no full stop';
  return undefined;
}
