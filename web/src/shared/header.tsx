import type { JSX } from 'preact';
import { language, switchLanguage, t, type Language } from '../i18n';
import { Link } from './router';

const languages: { tag: Language; name: string }[] = [
  { tag: 'ko', name: '한국어' },
  { tag: 'en', name: 'English' },
];

export function Header(): JSX.Element {
  return (
    <header class="header">
      <a class="skip" href="#main" onClick={skipToMain}>
        {t.value.skipToContent}
      </a>
      <Link href="/" class="header__brand" aria-label={`shopcast, ${t.value.homeLink}`}>
        <svg class="header__mark" viewBox="0 0 32 32" width="28" height="28" aria-hidden="true">
          <rect width="32" height="32" rx="10" />
          <path d="M12.2 9.9c0-1.3 1.4-2.1 2.5-1.4l8.6 5.6c1 .7 1 2.1 0 2.8l-8.6 5.6c-1.1.7-2.5-.1-2.5-1.4z" />
        </svg>
        shopcast
      </Link>
      <div class="header__languages" role="group" aria-label={t.value.switchLanguage}>
        {languages.map(({ tag, name }) => (
          <button
            key={tag}
            type="button"
            lang={tag}
            class="header__language"
            data-testid={`language-${tag}`}
            aria-pressed={language.value === tag}
            onClick={() => switchLanguage(tag)}
          >
            {name}
          </button>
        ))}
      </div>
    </header>
  );
}

function skipToMain(event: MouseEvent): void {
  event.preventDefault();
  document.getElementById('main')?.focus();
}
