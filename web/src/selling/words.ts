import { AreaWords } from '../i18n/area-words';
import type { SellingWords } from './i18n/en';

export const sellingWords = new AreaWords<SellingWords>({
  en: () => import('./i18n/en'),
  ko: () => import('./i18n/ko'),
});
