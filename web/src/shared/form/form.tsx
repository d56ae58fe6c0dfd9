import type { ComponentChildren, JSX } from 'preact';
import { createContext } from 'preact';
import { useContext, useEffect, useId, useRef, useState } from 'preact/hooks';
import { t } from '../../i18n';
import { sharedWords } from '../words';
import { FormModel, type FieldErrors, type Values } from './form-model';

interface FormContext {
  model: FormModel<string>;
  prefix: string;
}

const Context = createContext<FormContext | null>(null);

export function useFormContext(): FormContext {
  const context = useContext(Context);
  if (!context) throw new Error('a field outside of a form');
  return context;
}

export const fieldId = ({ prefix }: FormContext, name: string): string => `${prefix}-${name}`;

export function useForm<N extends string>(options: ConstructorParameters<typeof FormModel<N>>[0]): FormModel<N> {
  const [model] = useState(() => new FormModel<N>(options));
  model.renew(options);
  return model;
}

interface FormProps<N extends string> {
  model: FormModel<N>;
  /** What the button says. */
  action: string;
  danger?: boolean;
  children: ComponentChildren;
  /** Beside the button: a way out, or to another form. */
  aside?: ComponentChildren;
  testid: string;
  /** Empties the inputs after it went through. */
  resets?: boolean;
}

export function Form<N extends string>({ model, action, danger, children, aside, testid, resets = false }: FormProps<N>): JSX.Element {
  const prefix = useId();
  const onSubmit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const data = new FormData(form);
    const values = Object.fromEntries(model.names.map((name) => [name, String(data.get(name) ?? '')])) as Values<N>;
    if ((await model.submit(values)) && resets) form.reset();
  };
  const busy = model.busy.value;
  return (
    <Context.Provider value={{ model: model as unknown as FormModel<string>, prefix }}>
      <form class="form" noValidate data-testid={testid} aria-busy={busy} onSubmit={(event) => void onSubmit(event)}>
        <Summary />
        {children}
        <div class="form__actions">
          <button type="submit" class={danger ? 'button button--danger' : 'button'} data-testid={`${testid}-submit`}>
            {busy ? t.value.oneMoment : action}
          </button>
          {aside}
        </div>
        <p class="visually-hidden" role="status">
          {busy ? t.value.oneMoment : ''}
        </p>
      </form>
    </Context.Provider>
  );
}

/** Everything that is wrong, in one place, with links to the inputs; takes the focus when an attempt is refused. */
function Summary(): JSX.Element | null {
  const context = useFormContext();
  const { model } = context;
  const element = useRef<HTMLDivElement>(null);
  const refusals = model.refusals.value;
  useEffect(() => {
    if (refusals > 0) element.current?.focus();
  }, [refusals]);
  const wrong = model.names.flatMap((name) => {
    const text = (model.errors.value as FieldErrors<string>)[name];
    return text ? [{ name, text }] : [];
  });
  const failure = model.failure.value;
  if (wrong.length === 0 && failure === '') return null;
  return (
    <div ref={element} class="notice notice--bad form__summary" role="alert" tabIndex={-1} data-testid="form-summary">
      {failure !== '' ? (
        <p>{failure}</p>
      ) : (
        <>
          <p class="form__summary-title">{sharedWords.words.value.pleaseCheck}</p>
          <ul>
            {wrong.map(({ name, text }) => (
              <li key={name}>
                <a
                  href={`#${fieldId(context, name)}`}
                  onClick={(event) => {
                    event.preventDefault();
                    document.getElementById(fieldId(context, name))?.focus();
                  }}
                >
                  {text}
                </a>
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}
