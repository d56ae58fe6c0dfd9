import type { JSX } from 'preact';
import { account } from '../session/session';
import { Gate } from '../shared/gate';
import { InsecureNote } from '../shared/insecure';
import { StaffPage } from '../shared/page';
import './account.css';
import { DeleteSection } from './sections/delete-section';
import { PasswordSection } from './sections/password-section';
import { ProfileSection } from './sections/profile-section';
import { SessionsSection } from './sections/sessions-section';
import { TokensSection } from './sections/tokens-section';
import { TwoStepSection } from './sections/two-step-section';
import { accountWords } from './words';

export function AccountPage(): JSX.Element {
  return (
    <Gate need={null}>
      <Content />
    </Gate>
  );
}

function Content(): JSX.Element | null {
  const words = accountWords.words.value;
  const who = account.value;
  if (!who) return null;
  return (
    <StaffPage title={words.account.title} lead={words.account.lead(who.login)} testid="account">
      <InsecureNote />
      <div class="account">
        <ProfileSection account={who} />
        <PasswordSection account={who} />
        <TwoStepSection account={who} />
        <SessionsSection />
        <TokensSection />
        <DeleteSection account={who} />
      </div>
    </StaffPage>
  );
}
