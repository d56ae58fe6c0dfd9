import type { JSX } from 'preact';
import { Gate } from '../shared/gate';
import type { AreaPageProps } from '../shared/routes';
import { ShopGate } from '../staff/shop-switch';
import { CataloguePage } from './catalogue-page';
import { CouponsPage } from './coupons-page';
import { DealsPage } from './deals-page';
import { ShopOrderPage } from './orders/shop-order-page';
import { ShopOrdersPage } from './orders/shop-orders-page';
import { StudioProductPage } from './product/studio-product-page';
import { SalesPage } from './sales/sales-page';
import '../shared/shop/shop.css';
import '../staff/charts.css';
import './shopkeeping.css';

export default function ShopkeepingPages(props: AreaPageProps): JSX.Element {
  return (
    <Gate need="manage_catalogue">
      <ShopGate>
        <Page {...props} />
      </ShopGate>
    </Gate>
  );
}

function Page({ page, id }: AreaPageProps): JSX.Element | null {
  switch (page) {
    case 'catalogue':
      return <CataloguePage />;
    case 'catalogue-product':
      return <StudioProductPage key={id} id={id} />;
    case 'deals':
      return <DealsPage />;
    case 'coupons':
      return <CouponsPage />;
    case 'shop-orders':
      return <ShopOrdersPage />;
    case 'shop-order':
      return <ShopOrderPage key={id} id={id} />;
    case 'sales':
      return <SalesPage />;
    default:
      return null;
  }
}
