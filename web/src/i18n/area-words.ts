import { computed, signal, type ReadonlySignal } from '@preact/signals';
import { language, type Language } from './language';

type Loaders<T> = Record<Language, () => Promise<{ words: T }>>;

/**
 * The dictionary of one area, loaded in the reader's language alone. Pages of the area are shown only once
 * `load` is through, so their components read `words` without asking whether it is there.
 */
export class AreaWords<T> {
  private readonly loaded = signal<Partial<Record<Language, T>>>({});
  readonly words: ReadonlySignal<T>;

  constructor(private readonly loaders: Loaders<T>) {
    all.add(this as AreaWords<unknown>);
    this.words = computed(() => {
      const { [language.value]: now, ...others } = this.loaded.value;
      const words = now ?? (Object.values(others)[0] as T | undefined);
      if (words === undefined) throw new Error('an area is drawn before its words are loaded');
      return words;
    });
  }

  async load(to: Language): Promise<void> {
    if (this.loaded.peek()[to] !== undefined) return;
    const { words } = await this.loaders[to]();
    this.loaded.value = { ...this.loaded.peek(), [to]: words };
  }

  get inUse(): boolean {
    return Object.keys(this.loaded.peek()).length > 0;
  }
}

const all = new Set<AreaWords<unknown>>();

/** Brings the words of the areas in use, so that a switch of language changes the whole page at once. */
export async function loadAreaWords(to: Language): Promise<void> {
  await Promise.all([...all].filter((area) => area.inUse).map((area) => area.load(to)));
}
