import type { ComponentChildren, JSX } from 'preact';

interface IconProps {
  class?: string;
}

const icon = (shape: ComponentChildren) =>
  function Icon({ class: className = 'icon' }: IconProps): JSX.Element {
    return (
      <svg class={className} viewBox="0 0 24 24" width="24" height="24" aria-hidden="true" focusable="false">
        {shape}
      </svg>
    );
  };

const line = {
  fill: 'none',
  stroke: 'currentColor',
  'stroke-width': '1.75',
  'stroke-linecap': 'round',
  'stroke-linejoin': 'round',
} as const;

const speaker = <path d="M4 9.5v5h3.2l4.3 3.6V5.9L7.2 9.5z" fill="currentColor" stroke="currentColor" stroke-width="1.5" stroke-linejoin="round" />;

export const PlayIcon = icon(<path d="M8 5.3v13.4a.8.8 0 0 0 1.2.7l10.7-6.7a.8.8 0 0 0 0-1.4L9.2 4.6A.8.8 0 0 0 8 5.3z" fill="currentColor" />);
export const PauseIcon = icon(<path d="M7.5 5h2.5v14H7.5zM14 5h2.5v14H14z" fill="currentColor" />);
export const SoundIcon = icon(
  <>
    {speaker}
    <path d="M15.3 9a4.3 4.3 0 0 1 0 6M18 6.3a8 8 0 0 1 0 11.4" {...line} />
  </>,
);
export const MutedIcon = icon(
  <>
    {speaker}
    <path d="m16 9.5 5 5m0-5-5 5" {...line} />
  </>,
);
export const FullscreenIcon = icon(<path d="M4.5 9V4.5H9M15 4.5h4.5V9M19.5 15v4.5H15M9 19.5H4.5V15" {...line} />);
export const ExitFullscreenIcon = icon(<path d="M9 4.5V9H4.5M19.5 9H15V4.5M15 19.5V15h4.5M4.5 15H9v4.5" {...line} />);
export const EyeIcon = icon(
  <>
    <path d="M2.8 12S6 5.8 12 5.8 21.2 12 21.2 12 18 18.2 12 18.2 2.8 12 2.8 12z" {...line} />
    <circle cx="12" cy="12" r="2.7" {...line} />
  </>,
);
export const LinkIcon = icon(<path d="M10 14a4 4 0 0 0 5.7 0l3-3A4 4 0 0 0 13 5.3l-1 1M14 10a4 4 0 0 0-5.7 0l-3 3A4 4 0 0 0 11 18.7l1-1" {...line} />);
export const CopyIcon = icon(
  <>
    <rect x="8.5" y="8.5" width="11" height="11" rx="2.5" {...line} />
    <path d="M15.5 8.5V7A2.5 2.5 0 0 0 13 4.5H7A2.5 2.5 0 0 0 4.5 7v6A2.5 2.5 0 0 0 7 15.5h1.5" {...line} />
  </>,
);
export const CheckIcon = icon(<path d="m5 12.5 4.5 4.5L19 7.5" {...line} />);
export const ArrowIcon = icon(<path d="M5 12h14m-5.5-5.5L19 12l-5.5 5.5" {...line} />);
export const EyeOffIcon = icon(<path d="M4 4l16 16M9.9 6.1A9 9 0 0 1 12 5.8c6 0 9.2 6.2 9.2 6.2a16 16 0 0 1-2.9 3.6M14 14a2.7 2.7 0 0 1-3.9-3.9M6.4 7.8A15 15 0 0 0 2.8 12S6 18.2 12 18.2a9 9 0 0 0 4-.9" {...line} />);
export const CloseIcon = icon(<path d="m6 6 12 12M18 6 6 18" {...line} />);
export const MenuIcon = icon(<path d="M4.5 8h15M4.5 16h15" {...line} />);
export const CartIcon = icon(
  <>
    <path d="M5.5 8.5h13l-1 10.2a1.5 1.5 0 0 1-1.5 1.3H8a1.5 1.5 0 0 1-1.5-1.3z" {...line} />
    <path d="M9 11V7.5a3 3 0 0 1 6 0V11" {...line} />
  </>,
);
