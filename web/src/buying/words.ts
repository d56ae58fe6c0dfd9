import { AreaWords } from '../i18n/area-words';
import type { BuyingWords } from './i18n/en';

export const buyingWords = new AreaWords<BuyingWords>({
  en: () => import('./i18n/en'),
  ko: () => import('./i18n/ko'),
});
