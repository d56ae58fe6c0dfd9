import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { formatCount, formatTime, language } from '../i18n';
import { formatMoney, parseMoney } from '../i18n/money';
import { mayChange } from '../session/session';
import { SelectField, TextField } from '../shared/form/fields';
import { Form, useForm } from '../shared/form/form';
import { Box, StaffPage } from '../shared/page';
import { Loaded, useResource } from '../shared/resource';
import { toast } from '../shared/toasts';
import { StudioNav } from '../staff/studio-nav';
import { fetchCoupons, newCoupon, type Coupon } from './api';
import { amountError, numberError, problems, timeInput, timeOf, wholeNumber } from './say';
import { useCurrency } from './use-currency';
import { shopkeepingWords } from './words';

const usualLengthMs = 7 * 24 * 3_600_000;

export function CouponsPage(): JSX.Element {
  const words = shopkeepingWords.words.value.coupons;
  const coupons = useResource(fetchCoupons);
  const currency = useCurrency();
  return (
    <StaffPage title={words.title} lead={words.lead} nav={<StudioNav />} testid="coupons">
      {mayChange('manage_catalogue') && (
        <Box title={words.create} testid="new-coupon">
          <CouponForm currency={currency} onCreated={() => void coupons.load()} />
        </Box>
      )}
      <Box title={words.title}>
        <Loaded from={coupons}>{(known) => (known.length === 0 ? <p>{words.none}</p> : <CouponTable coupons={known} currency={currency} />)}</Loaded>
      </Box>
    </StaffPage>
  );
}

function CouponForm({ currency, onCreated }: { currency: string; onCreated(): void }): JSX.Element {
  const words = shopkeepingWords.words.value;
  const [creation] = useState(newCoupon);
  const kind = useSignal<'percent' | 'minor'>('percent');
  const form = useForm({
    names: ['code', 'kind', 'worth', 'minimum', 'quota', 'per_account_max', 'ends_at'],
    check: ({ code, kind: chosen, worth, minimum, quota, per_account_max, ends_at }) => {
      const percent = wholeNumber(worth, 1);
      return {
        code: code.trim() === '' ? words.coupons.codeMissing : undefined,
        worth: chosen === 'minor' ? amountError(worth, currency) : percent === null || percent > 100 ? words.coupons.percentWrong : undefined,
        minimum: amountError(minimum, currency),
        quota: numberError(quota, 1),
        per_account_max: numberError(per_account_max, 1),
        ends_at: Date.parse(timeOf(ends_at) ?? '') > Date.now() ? undefined : words.coupons.endsWrong,
      };
    },
    send: async ({ code, kind: chosen, worth, minimum, quota, per_account_max, ends_at }) => {
      const outcome = await creation.send({
        code: code.trim(),
        ...(chosen === 'minor' ? { minor_off: parseMoney(worth, currency) } : { percent_off: wholeNumber(worth) }),
        minimum: parseMoney(minimum, currency),
        quota: wholeNumber(quota),
        per_account_max: wholeNumber(per_account_max),
        ends_at: timeOf(ends_at),
      });
      if (!outcome.ok) return outcome.problem.code === 'code_taken' ? { ...outcome.problem, field: 'code' } : outcome.problem;
      toast(words.coupons.created);
      kind.value = 'percent';
      onCreated();
      return null;
    },
    words: problems,
  });
  return (
    <Form model={form} action={words.coupons.action} testid="coupon-form" resets>
      <TextField name="code" label={words.coupons.code} maxLength={64} verbatim mono />
      <SelectField
        name="kind"
        label={words.coupons.kind}
        value={kind.value}
        options={(['percent', 'minor'] as const).map((value) => ({ value, label: words.coupons.kinds[value] }))}
        onValue={(value) => (kind.value = value === 'minor' ? 'minor' : 'percent')}
      />
      <TextField name="worth" label={kind.value === 'minor' ? words.coupons.amount : words.coupons.percent} inputmode="decimal" maxLength={16} />
      <TextField name="minimum" label={words.coupons.minimum} hint={words.coupons.minimumHint} value="0" inputmode="decimal" maxLength={16} />
      <TextField name="quota" label={words.coupons.quota} value="100" inputmode="numeric" maxLength={9} />
      <TextField name="per_account_max" label={words.coupons.perAccount} value="1" inputmode="numeric" maxLength={4} />
      <TextField name="ends_at" type="datetime-local" label={words.coupons.ends} value={timeInput(Date.now() + usualLengthMs)} />
    </Form>
  );
}

function CouponTable({ coupons, currency }: { coupons: Coupon[]; currency: string }): JSX.Element {
  const words = shopkeepingWords.words.value.coupons;
  const worth = ({ percent_off, minor_off }: Coupon): string =>
    words.off(percent_off !== null ? new Intl.NumberFormat(language.value, { style: 'percent' }).format(percent_off / 100) : formatMoney(minor_off ?? 0, currency));
  return (
    <table class="table">
      <thead>
        <tr>
          <th scope="col">{words.code}</th>
          <th scope="col">{words.kind}</th>
          <th scope="col">{words.used}</th>
          <th scope="col">{words.ends}</th>
        </tr>
      </thead>
      <tbody>
        {coupons.map((coupon) => (
          <tr key={coupon.id} data-testid="coupon-row" data-code={coupon.code}>
            <td>
              <span class="table__main">{coupon.code}</span>
            </td>
            <td data-label={words.kind}>
              <span>
                {worth(coupon)}
                {coupon.minimum > 0 && <span class="table__sub">{words.from(formatMoney(coupon.minimum, currency))}</span>}
              </span>
            </td>
            <td data-label={words.used}>{words.usedOf(formatCount(coupon.used), formatCount(coupon.quota))}</td>
            <td data-label={words.ends}>
              <span>
                {formatTime(coupon.ends_at)}
                {Date.parse(coupon.ends_at) <= Date.now() && <span class="table__sub">{words.ended}</span>}
              </span>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
