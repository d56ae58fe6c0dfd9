import { useSignal } from '@preact/signals';
import type { FunctionComponent, JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { shopId } from '../../session/session';

type Beside = FunctionComponent<{ shop: string }>;

/** Buying beside the picture. Its code waits until the picture moves: the show comes first. */
export function BesideSlot({ settled }: { settled: boolean }): JSX.Element | null {
  const loaded = useSignal<{ view: Beside } | null>(null);
  useEffect(() => {
    if (!settled || loaded.peek()) return;
    import('../../shop/beside/beside-video').then(
      async ({ loadBeside }) => (loaded.value = { view: await loadBeside() }),
      () => {
        // Offline: the show goes on, and the next visit asks again.
      },
    );
  }, [settled]);
  if (!loaded.value) return null;
  const View = loaded.value.view;
  return <View shop={shopId.value} />;
}
