import { useSignal, type ReadonlySignal } from '@preact/signals';
import type { FunctionComponent, JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { shopId } from '../../session/session';
import { nextTask } from '../../shared/next-task';

type Beside = FunctionComponent<{ shop: string }>;

// A picture that takes longer is not kept waiting by the shop, nor the shop by it.
const settledMaxMs = 4000;

/** Buying beside the picture. Its code waits until the picture moves: the show comes first. */
export function BesideSlot({ settled }: { settled: ReadonlySignal<boolean> }): JSX.Element | null {
  const loaded = useSignal<{ view: Beside } | null>(null);
  const waited = useSignal(false);
  useEffect(() => {
    const timer = setTimeout(() => (waited.value = true), settledMaxMs);
    return () => clearTimeout(timer);
  }, []);
  const go = settled.value || waited.value;
  useEffect(() => {
    if (!go || loaded.peek()) return;
    void load();
  }, [go]);

  async function load(): Promise<void> {
    try {
      await nextTask();
      const { loadBeside } = await import('../../shop/beside/beside-video');
      const view = await loadBeside();
      await nextTask();
      loaded.value = { view };
    } catch {
      // Offline: the show goes on, and the next visit asks again.
    }
  }

  if (!loaded.value) return null;
  const View = loaded.value.view;
  return <View shop={shopId.value} />;
}
