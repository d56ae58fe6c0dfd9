import { language } from '../../i18n';
import { sharedWords } from '../../shared/words';
import { shopWords } from '../words';
import { Beside } from './beside';

/** Everything that buying beside a video needs, in the reader's language. */
export async function loadBeside(): Promise<typeof Beside> {
  await Promise.all([shopWords.load(language.peek()), sharedWords.load(language.peek())]);
  return Beside;
}
