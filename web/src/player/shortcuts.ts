export type Command = 'toggle-play' | 'toggle-mute' | 'toggle-fullscreen' | 'go-live' | 'volume-up' | 'volume-down';

export interface KeyPress {
  key: string;
  /** Ctrl, Alt or Meta is held: the browser's business. */
  modified: boolean;
  /** The focused element uses keys itself (a field, a slider). */
  inField: boolean;
  /** The focused element answers Space and Enter (a button, a link). */
  onButton: boolean;
}

export function commandOf({ key, modified, inField, onButton }: KeyPress): Command | null {
  if (modified || inField) return null;
  switch (key.toLowerCase()) {
    case ' ':
      return onButton ? null : 'toggle-play';
    case 'k':
      return 'toggle-play';
    case 'm':
      return 'toggle-mute';
    case 'f':
      return 'toggle-fullscreen';
    case 'l':
      return 'go-live';
    case 'arrowup':
      return 'volume-up';
    case 'arrowdown':
      return 'volume-down';
    default:
      return null;
  }
}
