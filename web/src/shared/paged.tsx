import { signal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { get } from '../api/call';
import { Poller, staffTiming } from '../api/poller';
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
  private pages = 0;

  /** `path` with its query, without the cursor; `name` is the list's in the answer. */
  constructor(
    public path: string,
    private readonly name: string,
    private readonly each: Read<T>,
  ) {}

  readonly reload = (): Promise<boolean> => this.load(null);
  readonly more = (): Promise<boolean> => this.load(this.next.peek());

  /** Brings the first page up to date; pages that were added by hand would be dropped by it, and stay. */
  readonly refresh = async (): Promise<boolean> => this.busy.peek() || this.pages > 1 || this.reload();

  /** False when there was no answer. */
  private async load(cursor: string | null): Promise<boolean> {
    const mine = ++this.asked;
    this.busy.value = true;
    const joint = this.path.includes('?') ? '&' : '?';
    const path = cursor === null ? this.path : `${this.path}${joint}cursor=${encodeURIComponent(cursor)}`;
    const outcome = await get(path, fields);
    if (mine !== this.asked) return true;
    this.busy.value = false;
    this.problem.value = outcome.ok ? null : outcome.problem;
    if (!outcome.ok) return outcome.problem.status !== null;
    const came = list(this.each)(outcome.value[this.name]);
    this.items.value = cursor === null ? came : [...(this.items.peek() ?? []), ...came];
    this.next.value = optionalText(outcome.value.next_cursor);
    this.pages = cursor === null ? 1 : this.pages + 1;
    return true;
  }
}

/** A paged list of `path`, asked anew whenever that changes; its first page every `pollMs` if given. */
export function usePaged<T>(path: string, name: string, each: Read<T>, pollMs: number | null = null): Paged<T> {
  const [paged] = useState(() => new Paged(path, name, each));
  useEffect(() => {
    paged.path = path;
    void paged.reload();
    if (pollMs === null) return;
    const poller = new Poller(paged.refresh, staffTiming(pollMs));
    poller.start();
    return () => poller.stop();
  }, [path, pollMs]);
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
