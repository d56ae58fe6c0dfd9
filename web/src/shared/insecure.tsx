import type { JSX } from 'preact';
import { session } from '../session/session';
import { sharedWords } from './words';

/** Quietly, where secrets are typed: the connection can be read by others. Not on the machine itself. */
export function InsecureNote(): JSX.Element | null {
  const here = /^(localhost|127\.|\[::1\])/.test(location.hostname);
  if (here || !(session.value?.insecure_http ?? location.protocol === 'http:')) return null;
  return (
    <p class="notice insecure" data-testid="insecure">
      {sharedWords.words.value.insecure}
    </p>
  );
}
