import { language } from '../../i18n';
import { shopWords } from '../../shared/shop/words';
import { sharedWords } from '../../shared/words';
import { buyingWords } from '../words';
import { Beside } from './beside';

/** Everything that buying beside a video needs, in the reader's language. */
export async function loadBeside(): Promise<typeof Beside> {
  await Promise.all([buyingWords, shopWords, sharedWords].map((words) => words.load(language.peek())));
  return Beside;
}
