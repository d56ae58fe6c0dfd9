import type { Problem } from '../api/problem';
import { language, t } from '../i18n';
import { sharedWords } from './words';

/**
 * A problem as the reader should hear it: the dictionary's sentence for its code where there is one, else the
 * server's own (which is English: better a true sentence in English than a vague one in Korean).
 */
export function wordsOf(problem: Problem, own: Partial<Record<string, string>> = {}): string {
  const words = sharedWords.words.value.problems as Partial<Record<string, string>>;
  const sentence = own[problem.code] ?? words[problem.code];
  if (sentence !== undefined) return problem.code === 'too_many_attempts' ? withWait(sentence, problem) : sentence;
  const told = [problem.detail, problem.help].filter((part) => part !== '').join(' ');
  return told !== '' ? told : t.value.somethingFailed;
}

function withWait(sentence: string, { retryAfterSeconds }: Problem): string {
  if (retryAfterSeconds === null) return sentence;
  const minutes = retryAfterSeconds >= 90;
  const wait = new Intl.NumberFormat(language.value, {
    style: 'unit',
    unit: minutes ? 'minute' : 'second',
    unitDisplay: 'long',
  }).format(minutes ? Math.ceil(retryAfterSeconds / 60) : Math.ceil(retryAfterSeconds));
  return `${sentence} ${sharedWords.words.value.tryAgainIn(wait)}`;
}
