import type { JSX } from 'preact';
import { Dialog } from '../../shared/dialog';
import { buyingWords } from '../words';
import type { Purchase } from './purchase';
import { PurchaseView, type Subject } from './purchase-view';

interface BuyDialogProps {
  purchase: Purchase;
  subject: Subject;
  onClose(): void;
}

/** A purchase over the page it began on. Closing it gives the hold back; an order that was placed stays. */
export function BuyDialog({ purchase, subject, onClose }: BuyDialogProps): JSX.Element {
  const close = (): void => {
    purchase.leave();
    // While the order is on its way, what becomes of it is shown.
    if (purchase.step.peek().at !== 'ordering') onClose();
  };
  return (
    <Dialog title={buyingWords.words.value.product.buy} onClose={close} testid="buy-dialog">
      <PurchaseView purchase={purchase} subject={subject} onClose={onClose} />
    </Dialog>
  );
}
