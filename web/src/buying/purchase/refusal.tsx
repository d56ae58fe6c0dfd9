import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import type { Problem } from '../../api/problem';
import { count } from '../../api/read';
import { signInPath } from '../../shared/next-path';
import { wordsOf } from '../../shared/problem-words';
import { Link } from '../../shared/router';
import { formatLeft } from '../../shared/shop/clock';
import { shopWords } from '../../shared/shop/words';
import { buyingWords } from '../words';
import { wayOn } from './way-on';

interface RefusalProps {
  problem: Problem;
  onRetry(): void;
  /** Back to what else there is; a link to all products where nothing is given. */
  onOthers?: (() => void) | undefined;
  /** Reads anew what has changed. */
  onReload?: (() => void) | undefined;
}

/** Why it did not work, and the way on. */
export function Refusal({ problem, onRetry, onOthers, onReload }: RefusalProps): JSX.Element {
  return (
    <div class="refusal" role="alert" data-testid="refusal" data-code={problem.code}>
      <p>{wordsOf(problem, shopWords.words.value.problems)}</p>
      <Way problem={problem} onRetry={onRetry} onOthers={onOthers} onReload={onReload} />
    </div>
  );
}

function Way({ problem, onRetry, onOthers, onReload }: RefusalProps): JSX.Element | null {
  const words = buyingWords.words.value.buy;
  const press = (label: string, act: () => void) => (
    <button type="button" class="button" data-testid="way-on" onClick={act}>
      {label}
    </button>
  );
  const link = (label: string, href: string) => (
    <Link href={href} class="button" data-testid="way-on">
      {label}
    </Link>
  );
  switch (wayOn(problem)) {
    case 'retry':
      return press(words.again, onRetry);
    case 'wait':
      return <Wait seconds={problem.retryAfterSeconds ?? 0} onRetry={onRetry} />;
    case 'others':
      return onOthers ? press(words.others, onOthers) : link(words.others, '/products');
    case 'reload':
      return press(words.reload, onReload ?? onRetry);
    case 'receipt': {
      const receipt = count(problem.more.receipt);
      return receipt > 0 ? link(words.seeReceipt, `/orders/${receipt}`) : link(words.seeOrders, '/orders');
    }
    case 'orders':
      return link(words.seeOrders, '/orders');
    case 'cart':
      return link(words.toCart, '/cart');
    case 'sign-in':
      return link(words.signIn, signInPath(location.pathname + location.search));
    // What to do stands on the page already: the new total on its button, the form of the address.
    case 'agree':
    case 'address':
      return null;
  }
}

/** Counts down what the shop said to wait; the button comes when it is of use. */
function Wait({ seconds, onRetry }: { seconds: number; onRetry(): void }): JSX.Element {
  const words = buyingWords.words.value.buy;
  const leftMs = useSignal(seconds * 1000);
  useEffect(() => {
    const overMs = performance.now() + seconds * 1000;
    const timer = setInterval(() => (leftMs.value = Math.max(0, overMs - performance.now())), 500);
    return () => clearInterval(timer);
  }, [seconds]);
  if (leftMs.value > 0) return <p class="refusal__wait">{words.waitFor(formatLeft(leftMs.value))}</p>;
  return (
    <button type="button" class="button" data-testid="way-on" onClick={onRetry}>
      {words.again}
    </button>
  );
}
