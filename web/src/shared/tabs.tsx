import { useSignal } from '@preact/signals';
import type { ComponentChildren, JSX } from 'preact';
import { useId, useRef } from 'preact/hooks';

interface TabsProps {
  label: string;
  tabs: { id: string; name: string; content(): ComponentChildren }[];
}

/** One of several views at a time. One tab stop; arrows, Home and End move between them (ARIA practices, tabs). */
export function Tabs({ label, tabs }: TabsProps): JSX.Element {
  const prefix = useId();
  const chosen = useSignal(tabs[0]?.id ?? '');
  const list = useRef<HTMLDivElement>(null);
  const onKey = (event: KeyboardEvent): void => {
    const at = tabs.findIndex(({ id }) => id === chosen.value);
    const steps: Record<string, number> = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 };
    const to = steps[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const next = tabs[(to + tabs.length) % tabs.length];
    if (!next) return;
    chosen.value = next.id;
    list.current?.querySelector<HTMLElement>(`[data-tab="${next.id}"]`)?.focus();
  };
  const shown = tabs.find(({ id }) => id === chosen.value);
  return (
    <div class="tabbed">
      <div ref={list} class="tabs tabs--inside" role="tablist" aria-label={label} onKeyDown={onKey}>
        {tabs.map(({ id, name }) => (
          <button
            key={id}
            type="button"
            role="tab"
            id={`${prefix}-${id}`}
            class="tabs__tab"
            data-tab={id}
            aria-selected={id === chosen.value}
            aria-controls={`${prefix}-panel`}
            tabIndex={id === chosen.value ? 0 : -1}
            onClick={() => (chosen.value = id)}
          >
            {name}
          </button>
        ))}
      </div>
      <div id={`${prefix}-panel`} class="tabbed__panel" role="tabpanel" aria-labelledby={`${prefix}-${chosen.value}`}>
        {shown?.content()}
      </div>
    </div>
  );
}
