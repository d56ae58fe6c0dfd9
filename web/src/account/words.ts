import { AreaWords } from '../i18n/area-words';
import type { AccountWords } from './i18n/en';

export const accountWords = new AreaWords<AccountWords>({
  en: () => import('./i18n/en'),
  ko: () => import('./i18n/ko'),
});
