import { language, type Language } from '../../i18n/language';
import { record, text, type Of } from '../read';

/** A text of the shop's, in both languages; neither is ever empty. */
export const readBoth = record({ ko: text, en: text });
export type Both = Of<typeof readBoth>;

/** In the reader's language; in the other one rather than nothing. */
export const said = (both: Both, to: Language = language.value): string => both[to] || both.ko || both.en;
