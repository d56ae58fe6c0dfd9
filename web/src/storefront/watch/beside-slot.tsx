import { useSignal, type ReadonlySignal } from '@preact/signals';
import type { FunctionComponent, JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { nextTask } from '../../shared/next-task';

/** Brings the component that sells beside a show. */
export type LoadBeside = () => Promise<FunctionComponent<{ shop: string }>>;

interface BesideSlotProps {
  load: LoadBeside;
  /** The channel's; '' while it is not known. */
  shop: ReadonlySignal<string>;
  settled: ReadonlySignal<boolean>;
}

// A picture that takes longer is not kept waiting by the shop, nor the shop by it.
const settledMaxMs = 4000;

/** Buying beside the picture. Its code waits until the picture moves: the show comes first. */
export function BesideSlot({ load, shop, settled }: BesideSlotProps): JSX.Element | null {
  const loaded = useSignal<{ view: Awaited<ReturnType<LoadBeside>> } | null>(null);
  const waited = useSignal(false);
  useEffect(() => {
    const timer = setTimeout(() => (waited.value = true), settledMaxMs);
    return () => clearTimeout(timer);
  }, []);
  const go = settled.value || waited.value;
  useEffect(() => {
    if (!go || loaded.peek()) return;
    void show();
  }, [go]);

  async function show(): Promise<void> {
    try {
      await nextTask();
      const view = await load();
      await nextTask();
      loaded.value = { view };
    } catch {
      // Offline: the show goes on, and the next visit asks again.
    }
  }

  if (!loaded.value || shop.value === '') return null;
  const View = loaded.value.view;
  return <View key={shop.value} shop={shop.value} />;
}
