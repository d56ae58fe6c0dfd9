import type { JSX } from 'preact';
import { Confirm } from '../../shared/confirm';
import { toast } from '../../shared/toasts';
import { keepKey, rotateKey, type StudioChannel } from '../channels';
import { studioWords } from '../words';

/** Asks before the old key stops working, because that ends a show that uses it. */
export function RotateKey({ channel: { name, stream, state }, onClose, onDone }: { channel: StudioChannel; onClose(): void; onDone?(): void }): JSX.Element {
  const words = studioWords.words.value.rotate;
  const onAir = stream !== null && state !== 'ended' && state !== 'offline';
  return (
    <Confirm
      title={words.title}
      action={words.action}
      danger={onAir}
      onClose={onClose}
      run={async () => {
        const outcome = await rotateKey(name);
        if (!outcome.ok) return outcome.problem;
        keepKey(name, outcome.value.stream_key);
        toast(words.done);
        onDone?.();
        return null;
      }}
    >
      <p>{words.text}</p>
      {onAir && <p class="notice notice--warn">{words.onAir}</p>}
    </Confirm>
  );
}
