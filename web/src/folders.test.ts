import { describe, expect, it } from 'vitest';

/** What each folder of src is for is in web/README.md; here is what it may import. */
const areas: readonly string[] = ['storefront', 'account', 'buying', 'studio', 'shopkeeping', 'operations'];

interface Import {
  file: string;
  from: string;
  to: string;
}

// The files beside the folders (app.tsx, areas.tsx, main.tsx) put everything together.
const top = 'the top';
const folderOf = (path: string): string => (path.includes('/') ? (path.split('/')[0] ?? '') : top);

/** The relative imports of a file, static and dynamic, as folders of src. */
function importsOf(file: string, text: string): Import[] {
  const base = new URL(file, 'file:///');
  return [...text.matchAll(/\b(?:from|import)\s*\(?\s*'(\.[^']*)'/g)].map(([, target = '']) => {
    const path = new URL(target, base).pathname.slice(1);
    // '../i18n' is the folder's own index.
    return { file, from: folderOf(file), to: folders.has(path) ? path : folderOf(path) };
  });
}

/** A way from a folder back to itself; null where there is none. */
function circleIn(graph: ReadonlyMap<string, ReadonlySet<string>>): string[] | null {
  const done = new Set<string>();
  const walk = (at: string, way: string[]): string[] | null => {
    if (way.includes(at)) return [...way.slice(way.indexOf(at)), at];
    if (done.has(at)) return null;
    for (const next of graph.get(at) ?? []) {
      const found = walk(next, [...way, at]);
      if (found) return found;
    }
    done.add(at);
    return null;
  };
  for (const start of graph.keys()) {
    const found = walk(start, []);
    if (found) return found;
  }
  return null;
}

const texts = Object.entries(import.meta.glob<string>('./**/*.{ts,tsx}', { query: '?raw', import: 'default', eager: true })).map(
  ([path, text]) => [path.slice('./'.length), text] as const,
);
const folders = new Set(texts.map(([path]) => folderOf(path)));
const imports = texts.flatMap(([path, text]) => importsOf(path, text)).filter(({ from, to }) => from !== to);

describe('the folders of src', () => {
  it('are all seen', () => {
    expect([...folders]).toEqual(expect.arrayContaining([...areas, 'api', 'session', 'shared', 'player', 'staff', 'i18n', top]));
    expect(imports.length).toBeGreaterThan(400);
  });

  it('have areas that know nothing of one another: what two of them need stands in shared, staff or api', () => {
    const wrong = imports.filter(({ from, to }) => areas.includes(to) && from !== top);
    expect(wrong.map(({ file, to }) => `${file} imports ${to}`)).toEqual([]);
  });

  it('stand on one another without a circle', () => {
    const graph = new Map<string, Set<string>>();
    for (const { from, to } of imports) graph.set(from, (graph.get(from) ?? new Set()).add(to));
    expect(circleIn(graph)?.join(' -> ') ?? null).toBeNull();
  });

  it('would be found in a circle', () => {
    const graph = new Map(Object.entries({ a: new Set(['b']), b: new Set(['c', 'd']), d: new Set(['b']) }));
    expect(circleIn(graph)).toEqual(['b', 'd', 'b']);
    expect(importsOf('shared/form/x.ts', "import { a } from '../../i18n';\nvoid import('../../player/b');").map(({ to }) => to)).toEqual(['i18n', 'player']);
  });
});
