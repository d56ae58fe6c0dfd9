import type { ComponentChildren, JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import '../styles/forms.css';
import '../styles/staff.css';

export function useTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · shopcast`;
  }, [title]);
}

interface StaffPageProps {
  title: string;
  lead?: ComponentChildren;
  /** Beside the title. */
  action?: ComponentChildren;
  /** Above the title: the way between the pages of an area. */
  nav?: ComponentChildren;
  testid: string;
  children: ComponentChildren;
}

/** The frame of a page with sections. */
export function StaffPage({ title, lead, action, nav, testid, children }: StaffPageProps): JSX.Element {
  useTitle(title);
  return (
    <main id="main" class="page staff" tabIndex={-1} data-testid={testid}>
      {nav}
      <div class="staff__head">
        <div>
          <h1 class="staff__title">{title}</h1>
          {lead && <p class="staff__lead">{lead}</p>}
        </div>
        {action}
      </div>
      {children}
    </main>
  );
}

interface SheetPageProps {
  title: string;
  lead?: ComponentChildren;
  testid: string;
  children: ComponentChildren;
  foot?: ComponentChildren;
}

/** The frame of a page with one form. */
export function SheetPage({ title, lead, testid, children, foot }: SheetPageProps): JSX.Element {
  useTitle(title);
  return (
    <main id="main" class="page" tabIndex={-1} data-testid={testid}>
      <div class="sheet">
        <div class="sheet__head">
          <h1>{title}</h1>
          {lead && <p class="sheet__lead">{lead}</p>}
        </div>
        {children}
        {foot && <div class="sheet__foot">{foot}</div>}
      </div>
    </main>
  );
}

export interface BoxProps {
  title: string;
  text?: ComponentChildren;
  action?: ComponentChildren;
  testid?: string;
  children?: ComponentChildren;
}

/** One section of a page. */
export function Box({ title, text, action, testid, children }: BoxProps): JSX.Element {
  return (
    <section class="box" id={testid} data-testid={testid} aria-label={title}>
      <div class="box__head">
        <h2 class="box__title">{title}</h2>
        {action}
      </div>
      {text && <p class="box__text">{text}</p>}
      {children}
    </section>
  );
}

export function Empty({ title, text, children, level = 2 }: { title: string; text: string; children?: ComponentChildren; level?: 2 | 3 }): JSX.Element {
  const Heading = level === 2 ? 'h2' : 'h3';
  return (
    <div class="empty" data-testid="empty">
      <Heading class="empty__title">{title}</Heading>
      <p>{text}</p>
      {children}
    </div>
  );
}
