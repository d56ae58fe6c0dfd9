import { AreaWords } from '../../i18n/area-words';
import type { ShopWords } from './i18n/en';

/** What buyers and shopkeepers both read: sums, the states of an order, and what went wrong. */
export const shopWords = new AreaWords<ShopWords>({
  en: () => import('./i18n/en'),
  ko: () => import('./i18n/ko'),
});
