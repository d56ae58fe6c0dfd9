import { signal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { get } from '../api/call';
import type { Problem } from '../api/problem';
import { fields, list, optionalText, type Read } from '../api/read';
import { Failed } from './resource';
import { t } from '../i18n';
import { sharedWords } from './words';

/** A list that the server gives page by page; `null` before the first. */
export class Paged<T> {
  readonly items = signal<T[] | null>(null);
  readonly problem = signal<Problem | null>(null);
  readonly busy = signal(false);
  readonly next = signal<string | null>(null);
  private asked = 0;

  /** `path` with its query, without the cursor; `name` is the list's in the answer. */
  constructor(
    public path: string,
    private readonly name: string,
    private readonly each: Read<T>,
  ) {}

  readonly reload = (): Promise<void> => this.load(null);
  readonly more = (): Promise<void> => this.load(this.next.peek());

  private async load(cursor: string | null): Promise<void> {
    const mine = ++this.asked;
    this.busy.value = true;
    const joint = this.path.includes('?') ? '&' : '?';
    const path = cursor === null ? this.path : `${this.path}${joint}cursor=${encodeURIComponent(cursor)}`;
    const outcome = await get(path, fields);
    if (mine !== this.asked) return;
    this.busy.value = false;
    this.problem.value = outcome.ok ? null : outcome.problem;
    if (!outcome.ok) return;
    const came = list(this.each)(outcome.value[this.name]);
    this.items.value = cursor === null ? came : [...(this.items.peek() ?? []), ...came];
    this.next.value = optionalText(outcome.value.next_cursor);
  }
}

/** A paged list of `path`, asked anew whenever that changes. */
export function usePaged<T>(path: string, name: string, each: Read<T>): Paged<T> {
  const [paged] = useState(() => new Paged(path, name, each));
  useEffect(() => {
    paged.path = path;
    void paged.reload();
  }, [path]);
  return paged;
}

interface PagedViewProps<T> {
  from: Paged<T>;
  children(items: T[]): JSX.Element;
}

export function PagedView<T>({ from, children }: PagedViewProps<T>): JSX.Element {
  const items = from.items.value;
  const problem = from.problem.value;
  return (
    <>
      {problem && <Failed problem={problem} again={() => void from.reload()} />}
      {items === null && !problem && (
        <div class="rows" aria-busy="true">
          <p class="visually-hidden">{t.value.areaLoading}</p>
          <div class="skeleton skeleton--row" />
          <div class="skeleton skeleton--row" />
        </div>
      )}
      {items !== null && children(items)}
      {from.next.value !== null && (
        <div>
          <button type="button" class="button button--plain" data-testid="more" onClick={() => void from.more()}>
            {from.busy.value ? t.value.oneMoment : sharedWords.words.value.more}
          </button>
        </div>
      )}
    </>
  );
}
