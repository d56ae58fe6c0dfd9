import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';

interface QrCodeProps {
  text: string;
  label: string;
}

/** A QR code as one SVG path. The encoder is fetched when a code is first shown. */
export function QrCode({ text, label }: QrCodeProps): JSX.Element {
  const drawn = useSignal<{ path: string; size: number } | null>(null);
  useEffect(() => {
    let gone = false;
    void import('uqr').then(
      ({ encode }) => {
        const { data, size } = encode(text, { border: 0 });
        const path = data.flatMap((row, y) => row.map((on, x) => (on ? `M${x} ${y}h1v1h-1z` : ''))).join('');
        if (!gone) drawn.value = { path, size };
      },
      () => {
        // Offline: the secret as text stands below.
      },
    );
    return () => void (gone = true);
  }, [text]);
  const { path, size } = drawn.value ?? { path: '', size: 1 };
  return (
    <svg viewBox={`0 0 ${size} ${size}`} role="img" aria-label={label} shape-rendering="crispEdges" data-testid="qr" data-drawn={drawn.value !== null}>
      <path d={path} />
    </svg>
  );
}
