import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';
import { t } from '../i18n';
import { CloseIcon } from './icons';

interface DialogProps {
  title: string;
  onClose(): void;
  children: ComponentChildren;
  testid?: string;
}

/**
 * A modal dialog while it is mounted. The browser's own <dialog> keeps the focus inside, closes on Escape, and
 * gives the focus back to what had it; a press outside closes it, too.
 */
export function Dialog({ title, onClose, children, testid }: DialogProps): JSX.Element {
  const element = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  useEffect(() => {
    const dialog = element.current;
    const opener = document.activeElement;
    dialog?.showModal();
    return () => {
      dialog?.close();
      // A removed dialog cannot give the focus back by itself.
      if (opener instanceof HTMLElement && opener.isConnected) opener.focus();
    };
  }, []);
  const pressedOutside = useRef(false);
  return (
    <dialog
      ref={element}
      class="dialog"
      aria-labelledby={titleId}
      data-testid={testid}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onPointerDown={(event) => (pressedOutside.current = event.target === element.current)}
      onClick={(event) => {
        if (event.target === element.current && pressedOutside.current) onClose();
      }}
    >
      <div class="dialog__body">
        <div class="dialog__head">
          <h2 id={titleId} class="dialog__title">
            {title}
          </h2>
          <button type="button" class="icon-button" aria-label={t.value.close} onClick={onClose}>
            <CloseIcon />
          </button>
        </div>
        {children}
      </div>
    </dialog>
  );
}
