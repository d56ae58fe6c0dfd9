import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { said } from '../../api/shop/text';
import { formatCount, formatTime, language } from '../../i18n';
import { formatMoney } from '../../i18n/money';
import { Box, StaffPage } from '../../shared/page';
import { Loaded, useResource } from '../../shared/resource';
import { dark } from '../../shared/theme';
import { Tile } from '../../shared/tile';
import { StudioNav } from '../../staff/studio-nav';
import { fetchSales, type Sales } from '../api';
import { shopkeepingWords } from '../words';
import type { SalesDrawing } from './drawing';
import { best, filled } from './sales-series';

const pollMs = 10_000;
const periods = ['hour', 'day'] as const;

/** What was sold, when, and what of. */
export function SalesPage(): JSX.Element {
  const words = shopkeepingWords.words.value.sales;
  const by = useSignal<Sales['by']>('hour');
  const sales = useResource(() => fetchSales(by.value), pollMs, by.value);
  return (
    <StaffPage title={words.title} lead={words.lead} nav={<StudioNav />} testid="sales">
      <fieldset class="sales__period">
        <legend class="visually-hidden">{words.by}</legend>
        <div class="segmented">
          {periods.map((each) => (
            <label key={each} class="segmented__option">
              <input type="radio" name="by" value={each} checked={by.value === each} onChange={() => (by.value = each)} />
              <span>{words.byOptions[each]}</span>
            </label>
          ))}
        </div>
      </fieldset>
      <Loaded from={sales} rows={3}>
        {(known) => <Report sales={known} />}
      </Loaded>
    </StaffPage>
  );
}

const timeWords = (at: string, by: Sales['by']): string => formatTime(at, by === 'hour' ? { hour: 'numeric', minute: '2-digit' } : { month: 'short', day: 'numeric' });

function Report({ sales }: { sales: Sales }): JSX.Element {
  const words = shopkeepingWords.words.value.sales;
  const { currency, total, by } = sales;
  const rows = filled(sales.rows, by);
  const most = best(rows);
  return (
    <>
      <dl class="tiles">
        <Tile label={words.gross} value={formatMoney(total.gross, currency)} testid="sales-gross" />
        <Tile label={words.orders} value={formatCount(total.orders)} testid="sales-orders" />
        <Tile label={words.units} value={formatCount(total.units)} />
        <Tile label={words.refunded} value={formatMoney(total.refunded, currency)} />
      </dl>
      <Box title={words.chart} testid="sales-chart">
        {most === null ? (
          <p>{words.none}</p>
        ) : (
          <>
            <p class="chart__said">{words.said(formatMoney(most.gross, currency), timeWords(most.at, by))}</p>
            <Chart rows={rows} by={by} currency={currency} />
            <details class="charts__table">
              <summary>{words.asTable}</summary>
              <SalesTable rows={rows} by={by} currency={currency} />
            </details>
          </>
        )}
      </Box>
      {sales.top.length > 0 && (
        <Box title={words.top} testid="top-sellers">
          <table class="table">
            <thead>
              <tr>
                <th scope="col">{words.product}</th>
                <th scope="col" class="table__number">
                  {words.units}
                </th>
                <th scope="col" class="table__number">
                  {words.gross}
                </th>
              </tr>
            </thead>
            <tbody>
              {sales.top.map(({ sku, name, units, gross }) => (
                <tr key={sku}>
                  <td>
                    <span class="table__main">{said(name)}</span>
                  </td>
                  <td class="table__number" data-label={words.units}>
                    {formatCount(units)}
                  </td>
                  <td class="table__number" data-label={words.gross}>
                    {formatMoney(gross, currency)}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </Box>
      )}
    </>
  );
}

interface ChartProps {
  rows: Sales['rows'];
  by: Sales['by'];
  currency: string;
}

function Chart({ rows, by, currency }: ChartProps): JSX.Element {
  const root = useRef<HTMLDivElement>(null);
  const drawing = useRef<SalesDrawing | null>(null);
  const data: [number[], number[]] = [rows.map(({ at }) => Date.parse(at) / 1000), rows.map(({ gross }) => gross)];
  const latest = useRef(data);
  latest.current = data;
  useEffect(() => {
    let gone = false;
    // The chart library comes when the first chart does.
    void import('./drawing').then(
      ({ SalesDrawing }) => {
        if (gone || !root.current) return;
        const say = { amount: (value: number) => formatMoney(Math.round(value), currency), time: (second: number) => timeWords(new Date(second * 1000).toISOString(), by) };
        drawing.current = new SalesDrawing(root.current, say, by === 'hour' ? 3600 : 86_400);
        drawing.current.show(latest.current);
      },
      () => {
        // Offline: the sentence and the table say the same.
      },
    );
    return () => {
      gone = true;
      drawing.current?.destroy();
      drawing.current = null;
    };
  }, [by, currency, language.value, dark.value]);
  useEffect(() => drawing.current?.show(data), [rows]);
  return <div ref={root} class="chart__canvas sales__canvas" aria-hidden="true" />;
}

function SalesTable({ rows, by, currency }: ChartProps): JSX.Element {
  const words = shopkeepingWords.words.value.sales;
  return (
    <table class="table">
      <thead>
        <tr>
          <th scope="col">{words.time}</th>
          <th scope="col" class="table__number">
            {words.orders}
          </th>
          <th scope="col" class="table__number">
            {words.units}
          </th>
          <th scope="col" class="table__number">
            {words.gross}
          </th>
          <th scope="col" class="table__number">
            {words.refunded}
          </th>
        </tr>
      </thead>
      <tbody>
        {[...rows].reverse().map((row) => (
          <tr key={row.at}>
            <td data-label={words.time}>{formatTime(row.at, by === 'hour' ? undefined : { dateStyle: 'medium' })}</td>
            <td class="table__number" data-label={words.orders}>
              {formatCount(row.orders)}
            </td>
            <td class="table__number" data-label={words.units}>
              {formatCount(row.units)}
            </td>
            <td class="table__number" data-label={words.gross}>
              {formatMoney(row.gross, currency)}
            </td>
            <td class="table__number" data-label={words.refunded}>
              {formatMoney(row.refunded, currency)}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
