import { AreaWords } from '../i18n/area-words';
import type { ShopkeepingWords } from './i18n/en';

export const shopkeepingWords = new AreaWords<ShopkeepingWords>({
  en: () => import('./i18n/en'),
  ko: () => import('./i18n/ko'),
});
