/** The part of Stripe's script (docs.stripe.com/js) that a payment uses. It runs in frames of Stripe's own. */
interface PaymentElement {
  mount(place: HTMLElement): void;
  destroy(): void;
  on(event: 'ready' | 'loaderror', act: () => void): void;
}
interface Elements {
  create(kind: 'payment'): PaymentElement;
}
interface StripeScript {
  elements(options: { clientSecret: string; locale: string }): Elements;
  confirmPayment(options: { elements: Elements; confirmParams: { return_url: string }; redirect: 'if_required' }): Promise<{ error?: { message?: string } }>;
}
declare global {
  interface Window {
    Stripe?: (publishableKey: string) => StripeScript;
  }
}

const scripts = new Map<string, Promise<void>>();

/** Once for each page; a load that failed is tried anew. */
function load(url: string): Promise<void> {
  const known = scripts.get(url);
  if (known) return known;
  const loading = new Promise<void>((done, failed) => {
    const script = document.createElement('script');
    script.src = url;
    script.onload = () => done();
    script.onerror = () => failed(new Error('the script did not load'));
    document.head.append(script);
  });
  loading.catch(() => scripts.delete(url));
  scripts.set(url, loading);
  return loading;
}

/** A card form in the page. */
export interface CardForm {
  /** What the buyer is told when it did not work; null when it did. */
  pay(returnTo: string): Promise<string | null>;
  close(): void;
}

interface CardFormOptions {
  script: string;
  publishableKey: string;
  clientSecret: string;
  language: string;
}

/** Ready when it can be filled in. Throws when the script, or the form, does not come. */
export async function openCardForm(place: HTMLElement, { script, publishableKey, clientSecret, language }: CardFormOptions): Promise<CardForm> {
  await load(script);
  if (!window.Stripe) throw new Error('the script did not bring Stripe');
  const stripe = window.Stripe(publishableKey);
  const elements = stripe.elements({ clientSecret, locale: language });
  const element = elements.create('payment');
  const ready = new Promise<void>((done, failed) => {
    element.on('ready', done);
    element.on('loaderror', () => failed(new Error('the form did not load')));
  });
  element.mount(place);
  await ready;
  return {
    async pay(returnTo) {
      const { error } = await stripe.confirmPayment({ elements, confirmParams: { return_url: returnTo }, redirect: 'if_required' });
      return error ? (error.message ?? '') : null;
    },
    close: () => element.destroy(),
  };
}
