import type { JSX } from 'preact';
import { atWidth } from '../../api/shop/catalogue';
import { artOf } from '../poster';

interface ProductPictureProps {
  url: string | null;
  /** What the art and its letter come from, where there is no picture. */
  name: string;
  width: 160 | 480 | 960;
  /** Empty where the name stands beside it. */
  alt?: string;
  eager?: boolean;
}

/** A product's picture over placeholder art, square. */
export function ProductPicture({ url, name, width, alt = '', eager = false }: ProductPictureProps): JSX.Element {
  return (
    <div class="product-picture" data-art={artOf(name)}>
      <span class="product-picture__initial" aria-hidden="true">
        {[...name][0] ?? ''}
      </span>
      {url !== null && <img class="product-picture__image" src={atWidth(url, width)} width={width} height={width} alt={alt} decoding="async" loading={eager ? 'eager' : 'lazy'} />}
    </div>
  );
}
