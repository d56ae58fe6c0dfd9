import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { formatCount, formatTime, language, t } from '../../i18n';
import { mayChange } from '../../session/session';
import { Dialog } from '../../shared/dialog';
import { SelectField, TextField } from '../../shared/form/fields';
import { Form, useForm } from '../../shared/form/form';
import { wordsOf } from '../../shared/problem-words';
import { Loaded, useResource } from '../../shared/resource';
import { Tile } from '../../shared/tile';
import { toast } from '../../shared/toasts';
import { sharedWords } from '../../shared/words';
import { fetchStock, newMove, type StockAnswer, type StudioSku } from '../api';
import { problems, wholeNumber } from '../say';
import { shopkeepingWords } from '../words';

interface StockDialogProps {
  sku: StudioSku;
  name: string;
  onClose(): void;
  onChanged(): void;
}

const unitsMax = 1_000_000;

/** How many there are of one sku, why, and how that is changed. */
export function StockDialog({ sku, name, onClose, onChanged }: StockDialogProps): JSX.Element {
  const words = shopkeepingWords.words.value;
  const stock = useResource(() => fetchStock(sku.sku));
  const [move] = useState(() => newMove(sku.sku));
  const form = useForm({
    names: ['units', 'reason'],
    check: ({ units, reason }) => {
      const value = wholeNumber(units, reason === 'received' ? 1 : -unitsMax);
      return { units: value === null || value === 0 ? words.stock.unitsWrong : undefined };
    },
    send: async ({ units, reason }) => {
      const outcome = await move.send({ units: wholeNumber(units, -unitsMax), reason });
      if (!outcome.ok) return outcome.problem;
      stock.value.value = outcome.value;
      toast(words.stock.changed);
      onChanged();
      return null;
    },
    words: problems,
  });
  return (
    <Dialog title={words.skus.stockOne(name)} onClose={onClose} testid="stock-dialog">
      <Loaded from={stock}>
        {(known) => (
          <>
            <dl class="tiles">
              <Tile label={words.stock.onHand} value={formatCount(known.on_hand)} testid="stock-on-hand" />
              <Tile label={words.stock.available} value={formatCount(known.available)} testid="stock-available" />
              <Tile label={words.stock.held} value={formatCount(known.held)} />
              <Tile label={words.stock.sold} value={formatCount(known.sold)} />
            </dl>
            {mayChange('manage_catalogue') && (
              <Form model={form} action={words.stock.action} testid="stock-form" resets>
                <TextField name="units" label={words.stock.units} hint={words.stock.unitsHint} maxLength={8} verbatim />
                <SelectField name="reason" label={words.stock.reason} value="received" options={(['received', 'corrected'] as const).map((value) => ({ value, label: words.stock.reasons[value] }))} />
              </Form>
            )}
            <Moves sku={sku.sku} stock={known} />
          </>
        )}
      </Loaded>
    </Dialog>
  );
}

const signed = (units: number): string => new Intl.NumberFormat(language.value, { signDisplay: 'exceptZero' }).format(units);

function Moves({ sku, stock }: { sku: number; stock: StockAnswer }): JSX.Element {
  const words = shopkeepingWords.words.value.stock;
  const older = useSignal<StockAnswer['moves']>([]);
  const cursor = useSignal(stock.next_cursor);
  const busy = useSignal(false);
  // A change brings the newest page anew.
  useEffect(() => {
    older.value = [];
    cursor.value = stock.next_cursor;
  }, [stock]);
  const more = async (): Promise<void> => {
    if (busy.value) return;
    busy.value = true;
    const outcome = await fetchStock(sku, cursor.value);
    busy.value = false;
    if (!outcome.ok) return toast(wordsOf(outcome.problem, problems()));
    older.value = [...older.value, ...outcome.value.moves];
    cursor.value = outcome.value.next_cursor;
  };
  const moves = [...stock.moves, ...older.value];
  return (
    <section class="stock-moves" aria-label={words.moves}>
      <h3 class="field__label">{words.moves}</h3>
      {moves.length === 0 ? (
        <p>{words.none}</p>
      ) : (
        <ol class="order-history" data-testid="moves">
          {moves.map((move) => (
            <li key={move.number} data-testid="move" data-reason={move.reason}>
              <span>
                {(words.moveReasons as Partial<Record<string, string>>)[move.reason] ?? move.reason}
                {move.subject !== null && ` · ${words.subject(String(move.subject))}`}
              </span>
              <span class="stock-moves__units">
                {move.on_hand !== 0 && `${words.change} ${signed(move.on_hand)} `}
                {move.sold !== 0 && `${words.soldChange} ${signed(move.sold)}`}
              </span>
              <time dateTime={move.at}>{formatTime(move.at)}</time>
            </li>
          ))}
        </ol>
      )}
      {cursor.value !== null && (
        <button type="button" class="button button--plain" onClick={() => void more()}>
          {busy.value ? t.value.oneMoment : sharedWords.words.value.more}
        </button>
      )}
    </section>
  );
}
