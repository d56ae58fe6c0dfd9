import type { JSX } from 'preact';
import type { AreaPageProps } from '../shared/routes';
import { AccountPage } from './account-page';
import { ForgotPage } from './forgot-page';
import { LoginPage } from './login-page';
import { ResetPage } from './reset-page';
import { SetupPage } from './setup-page';
import { SignUpPage } from './sign-up-page';
import { VerifyPage } from './verify-page';

export default function AccountPages({ page }: AreaPageProps): JSX.Element | null {
  switch (page) {
    case 'login':
      return <LoginPage />;
    case 'signup':
      return <SignUpPage />;
    case 'forgot':
      return <ForgotPage />;
    case 'reset':
      return <ResetPage />;
    case 'verify':
      return <VerifyPage />;
    case 'setup':
      return <SetupPage />;
    case 'account':
      return <AccountPage />;
    default:
      return null;
  }
}
