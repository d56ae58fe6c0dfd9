import { signal } from '@preact/signals';
import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { Outcome } from '../api/call';
import { Poller, staffTiming } from '../api/poller';
import type { Problem } from '../api/problem';
import { t } from '../i18n';
import { wordsOf } from './problem-words';
import { sharedWords } from './words';

/** Something of the server's that a page shows: its newest value, and why it could not be had. */
export class Resource<T> {
  readonly value = signal<T | null>(null);
  readonly problem = signal<Problem | null>(null);
  private asked = 0;

  constructor(public ask: () => Promise<Outcome<T>>) {}

  /** Asks again; an older question that is answered later changes nothing. False when there was no answer. */
  readonly load = async (): Promise<boolean> => {
    const mine = ++this.asked;
    const outcome = await this.ask();
    if (mine !== this.asked) return true;
    this.problem.value = outcome.ok ? null : outcome.problem;
    if (outcome.ok) this.value.value = outcome.value;
    return outcome.ok || outcome.problem.status !== null;
  };
}

/** A resource for as long as the component is there; asked again every `pollMs` if given. */
export function useResource<T>(ask: () => Promise<Outcome<T>>, pollMs: number | null = null, key = ''): Resource<T> {
  const [resource] = useState(() => new Resource(ask));
  resource.ask = ask;
  useEffect(() => {
    if (pollMs === null) {
      void resource.load();
      return;
    }
    const poller = new Poller(() => resource.load(), staffTiming(pollMs));
    poller.start();
    return () => poller.stop();
  }, [pollMs, key]);
  return resource;
}

interface LoadedProps<T> {
  from: Resource<T>;
  /** What is drawn while nothing is known. */
  rows?: number;
  children(value: T): ComponentChildren;
}

/** Draws a resource: a quiet placeholder first, then it; or what went wrong, with a way to try again. */
export function Loaded<T>({ from, rows = 2, children }: LoadedProps<T>): JSX.Element {
  const value = from.value.value;
  const problem = from.problem.value;
  if (value === null && problem === null) {
    return (
      <div class="rows" aria-busy="true">
        <p class="visually-hidden">{t.value.areaLoading}</p>
        {Array.from({ length: rows }, (_, index) => (
          <div key={index} class="skeleton skeleton--row" />
        ))}
      </div>
    );
  }
  return (
    <>
      {problem && <Failed problem={problem} again={() => void from.load()} />}
      {value !== null && children(value)}
    </>
  );
}

export function Failed({ problem, again }: { problem: Problem; again(): void }): JSX.Element {
  return (
    <div class="notice notice--warn failed" role="alert" data-testid="failed">
      <p>{wordsOf(problem)}</p>
      <button type="button" class="button button--quiet" onClick={again}>
        {sharedWords.words.value.retry}
      </button>
    </div>
  );
}
