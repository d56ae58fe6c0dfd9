import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { atWidth, type Product } from '../../api/shop/catalogue';
import { said } from '../../api/shop/text';
import { formatCount } from '../../i18n';
import { ProductPicture } from '../../shared/shop/product-picture';
import { buyingWords } from '../words';

/** The pictures of a product: one large, the others one press away. */
export function Gallery({ product }: { product: Product }): JSX.Element {
  const words = buyingWords.words.value.product;
  const chosen = useSignal(0);
  const name = said(product.name);
  const at = Math.min(chosen.value, Math.max(0, product.pictures.length - 1));
  return (
    <div class="gallery" data-testid="gallery">
      <ProductPicture key={at} url={product.pictures[at]?.url ?? product.picture} name={name} width={960} alt={words.picture(formatCount(at + 1), name)} eager />
      {product.pictures.length > 1 && (
        <ul class="gallery__others" aria-label={words.pictures}>
          {product.pictures.map(({ id, url }, index) => (
            <li key={id}>
              <button type="button" class="gallery__pick" aria-label={words.picture(formatCount(index + 1), name)} aria-pressed={index === at} onClick={() => (chosen.value = index)}>
                <img src={atWidth(url, 160)} width={72} height={72} alt="" loading="lazy" decoding="async" />
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
