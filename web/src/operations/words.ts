import { AreaWords } from '../i18n/area-words';
import type { OperationsWords } from './i18n/en';

export const operationsWords = new AreaWords<OperationsWords>({
  en: () => import('./i18n/en'),
  ko: () => import('./i18n/ko'),
});
