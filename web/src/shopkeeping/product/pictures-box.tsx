import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useRef } from 'preact/hooks';
import { atWidth, type Picture } from '../../api/shop/catalogue';
import { mayChange } from '../../session/session';
import { Box } from '../../shared/page';
import { wordsOf } from '../../shared/problem-words';
import { toast } from '../../shared/toasts';
import { changeProduct, uploadPicture, type StudioProduct } from '../api';
import { problems } from '../say';
import { shopkeepingWords } from '../words';
import { shrink } from './shrink';

interface PicturesBoxProps {
  product: StudioProduct;
  onChanged(now: StudioProduct): void;
}

/** The pictures of a product, in their order. Photos are shrunk in the page and sent one at a time. */
export function PicturesBox({ product, onChanged }: PicturesBoxProps): JSX.Element {
  const words = shopkeepingWords.words.value.pictures;
  const input = useRef<HTMLInputElement>(null);
  const sending = useSignal<{ done: number; all: number } | null>(null);
  const failures = useSignal<string[]>([]);
  const may = mayChange('manage_catalogue');

  const save = async (pictures: Picture[]): Promise<boolean> => {
    const outcome = await changeProduct(product.id, { pictures: pictures.map(({ id }) => id) });
    if (outcome.ok) onChanged(outcome.value);
    else failures.value = [...failures.peek(), wordsOf(outcome.problem, problems())];
    return outcome.ok;
  };
  const add = async (files: File[]): Promise<void> => {
    if (sending.peek() || files.length === 0) return;
    failures.value = [];
    const came: Picture[] = [];
    for (const [index, file] of files.entries()) {
      sending.value = { done: index + 1, all: files.length };
      const small = await shrink(file);
      const outcome = small && (await uploadPicture(small));
      if (outcome?.ok) came.push(outcome.value);
      else failures.value = [...failures.peek(), outcome ? `${file.name}: ${wordsOf(outcome.problem, problems())}` : words.unreadable(file.name)];
    }
    if (came.length > 0) await save([...product.pictures, ...came]);
    sending.value = null;
  };
  const remove = async (picture: Picture): Promise<void> => {
    const before = product.pictures;
    if (await save(before.filter(({ id }) => id !== picture.id))) toast(words.removed, () => void save(before));
  };
  const now = sending.value;
  return (
    <Box
      title={words.title}
      text={words.text}
      testid="pictures"
      action={
        may && (
          <button type="button" class="button button--plain" data-testid="add-pictures" aria-busy={now !== null} onClick={() => input.current?.click()}>
            {words.add}
          </button>
        )
      }
    >
      <input
        ref={input}
        type="file"
        accept="image/*"
        multiple
        hidden
        data-testid="picture-input"
        aria-label={words.add}
        onChange={(event) => {
          const files = [...(event.currentTarget.files ?? [])];
          // The same file may be chosen again after a failure.
          event.currentTarget.value = '';
          void add(files);
        }}
      />
      <p role="status" class={now ? 'notice' : 'visually-hidden'}>
        {now ? words.sending(now.done, now.all) : ''}
      </p>
      {failures.value.length > 0 && (
        <div class="notice notice--bad" role="alert">
          {failures.value.map((text) => (
            <p key={text}>{text}</p>
          ))}
        </div>
      )}
      {product.pictures.length === 0 ? (
        <p>{words.none}</p>
      ) : (
        <ul class="picture-list">
          {product.pictures.map((picture, index) => (
            <li key={picture.id} class="picture-list__item" data-testid="picture">
              <img src={atWidth(picture.url, 160)} width={120} height={120} alt={words.one(index + 1)} loading="lazy" decoding="async" />
              {may && (
                <div class="picture-list__actions">
                  {index > 0 && (
                    <button type="button" class="button button--quiet" aria-label={words.firstOne(index + 1)} onClick={() => void save([picture, ...product.pictures.filter(({ id }) => id !== picture.id)])}>
                      {words.first}
                    </button>
                  )}
                  <button type="button" class="button button--quiet" aria-label={words.removeOne(index + 1)} onClick={() => void remove(picture)}>
                    {words.remove}
                  </button>
                </div>
              )}
            </li>
          ))}
        </ul>
      )}
    </Box>
  );
}
