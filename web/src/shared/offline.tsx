import { signal } from '@preact/signals';
import type { JSX } from 'preact';
import { t } from '../i18n';

const offline = signal(!navigator.onLine);
addEventListener('online', () => (offline.value = false));
addEventListener('offline', () => (offline.value = true));

/** Says that the device has no network; live regions must be there before what they say. */
export function OfflineBanner(): JSX.Element {
  return (
    <div role="status" data-testid="offline">
      {offline.value && <p class="offline">{t.value.offline}</p>}
    </div>
  );
}
