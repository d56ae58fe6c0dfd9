import { AreaWords } from '../i18n/area-words';
import type { StudioWords } from './i18n/en';

export const studioWords = new AreaWords<StudioWords>({
  en: () => import('./i18n/en'),
  ko: () => import('./i18n/ko'),
});
