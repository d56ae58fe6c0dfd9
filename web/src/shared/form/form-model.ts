import { signal } from '@preact/signals';
import type { Problem } from '../../api/problem';
import { wordsOf } from '../problem-words';

export type Values<N extends string> = Record<N, string>;
export type FieldErrors<N extends string> = { [K in N]?: string | undefined };

interface FormOptions<N extends string> {
  /** The names of its inputs, in their order on the page. */
  names: readonly N[];
  /** What can be seen to be wrong before anything is sent. */
  check(values: Values<N>): FieldErrors<N>;
  /** Sends it; null when all went well. */
  send(values: Values<N>): Promise<Problem | null>;
  /** Sentences of this form for problem codes, before the common ones. */
  words?(): Partial<Record<string, string>>;
}

/**
 * What a form knows: whether it is being sent, and what is wrong with which input.
 *
 * Its button is never disabled: pressing it says what is missing. While it is busy a second press does nothing.
 */
export class FormModel<N extends string> {
  readonly busy = signal(false);
  readonly errors = signal<FieldErrors<N>>({});
  /** What went wrong that no input is to blame for. */
  readonly failure = signal('');
  /** Grows with each refused attempt, so that the summary takes the focus each time. */
  readonly refusals = signal(0);

  constructor(private options: FormOptions<N>) {}

  get names(): readonly N[] {
    return this.options.names;
  }

  /** Options are made anew with each drawing; the newest count. */
  renew(options: FormOptions<N>): void {
    this.options = options;
  }

  async submit(values: Values<N>): Promise<boolean> {
    if (this.busy.peek()) return false;
    const errors = this.options.check(values);
    this.failure.value = '';
    this.errors.value = errors;
    if (Object.values(errors).some((text) => text)) return this.refuse();
    this.busy.value = true;
    const problem = await this.options.send(values);
    this.busy.value = false;
    if (!problem) return true;
    const words = wordsOf(problem, this.options.words?.());
    const blamed = this.options.names.find((name) => name === problem.field);
    if (blamed !== undefined) this.errors.value = { [blamed]: words } as FieldErrors<N>;
    else this.failure.value = words;
    return this.refuse();
  }

  /** An input that is being corrected no longer shows its error. */
  forget(name: N): void {
    if (this.errors.peek()[name] !== undefined) this.errors.value = { ...this.errors.peek(), [name]: undefined };
  }

  private refuse(): false {
    this.refusals.value += 1;
    return false;
  }
}
