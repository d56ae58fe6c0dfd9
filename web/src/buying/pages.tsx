import type { JSX } from 'preact';
import { Gate } from '../shared/gate';
import type { AreaPageProps } from '../shared/routes';
import { ProductPage } from './browse/product-page';
import { ProductsPage } from './browse/products-page';
import { CartPage } from './cart/cart-page';
import { CheckoutPage } from './cart/checkout-page';
import { OrderPage } from './orders/order-page';
import { OrdersPage } from './orders/orders-page';
import '../shared/shop/shop.css';
import './buying.css';
import './pages.css';

export default function BuyingPages({ page, id }: AreaPageProps): JSX.Element | null {
  switch (page) {
    case 'products':
      return <ProductsPage />;
    case 'product':
      return <ProductPage key={id} id={id} />;
    case 'cart':
      return (
        <Gate need={null}>
          <CartPage />
        </Gate>
      );
    case 'checkout':
      return (
        <Gate need={null}>
          <CheckoutPage />
        </Gate>
      );
    case 'orders':
      return (
        <Gate need={null}>
          <OrdersPage />
        </Gate>
      );
    case 'order':
      return (
        <Gate need={null}>
          <OrderPage key={id} id={id} />
        </Gate>
      );
    default:
      return null;
  }
}
