import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { formatTenths, formatTime, formatCount, language } from '../../i18n';
import { dark } from '../../shared/theme';
import type { Sample } from '../../staff/streams';
import { studioWords } from '../words';
import { minutesOf, rangeOf, seriesNames, seriesOf, type SeriesName } from './chart-series';
import type { Drawing } from './drawing';

const digits: Record<SeriesName, (value: number) => string> = {
  bitrate: formatTenths,
  frame_rate: (value) => formatCount(Math.round(value)),
  keyframes: formatTenths,
  viewers: (value) => formatCount(Math.round(value)),
};

/** Ten minutes of the stream in four small charts with one time axis; each says in a sentence what it shows. */
export function HealthCharts({ history }: { history: Sample[] }): JSX.Element {
  const words = studioWords.words.value.chart;
  return (
    <section class="charts" data-testid="health-chart" aria-label={words.title}>
      <h3 class="charts__title">{words.title}</h3>
      <div class="charts__grid">
        {seriesNames.map((name) => (
          <Chart key={name} name={name} history={history} />
        ))}
      </div>
      <details class="charts__table">
        <summary>{words.asTable}</summary>
        <Table history={history} />
      </details>
    </section>
  );
}

function Chart({ name, history }: { name: SeriesName; history: Sample[] }): JSX.Element {
  const words = studioWords.words.value.chart;
  const root = useRef<HTMLDivElement>(null);
  const drawing = useRef<Drawing | null>(null);
  const data = seriesOf(history, name);
  const latest = useRef(data);
  latest.current = data;
  const range = rangeOf(data[1]);
  const show = digits[name];

  useEffect(() => {
    let gone = false;
    // The chart library comes when the first chart does.
    void import('./drawing').then(
      ({ Drawing }) => {
        if (gone || !root.current) return;
        drawing.current = new Drawing(root.current, digits[name]);
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
  }, [name, language.value, dark.value]);
  useEffect(() => drawing.current?.show(data), [history]);

  return (
    <figure class="chart" data-series={name}>
      <figcaption class="chart__caption">
        <span class="chart__name">{words.names[name]}</span>
        {range && (
          <span class="chart__said" data-testid={`chart-${name}`}>
            {words.said(show(range.last), show(range.least), show(range.most))}
          </span>
        )}
      </figcaption>
      <div ref={root} class="chart__canvas" aria-hidden="true" />
    </figure>
  );
}

function Table({ history }: { history: Sample[] }): JSX.Element {
  const words = studioWords.words.value.chart;
  return (
    <table class="table">
      <thead>
        <tr>
          <th scope="col">{words.time}</th>
          {seriesNames.map((name) => (
            <th key={name} scope="col" class="table__number">
              {words.names[name]}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {minutesOf(history).map((sample) => (
          <tr key={sample.at}>
            <td data-label={words.time}>{formatTime(sample.at, { timeStyle: 'short' })}</td>
            {seriesNames.map((name) => (
              <td key={name} class="table__number" data-label={words.names[name]}>
                {digits[name](seriesOf([sample], name)[1][0] ?? 0)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
