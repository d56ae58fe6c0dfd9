import uPlot from 'uplot';
import { formatTime } from '../../i18n';
import { axisMax } from '../../staff/axis';
import 'uplot/dist/uPlot.min.css';

const heightPx = 132;
const secondsShown = 600;
const minute = 60;

/** One line over the last ten minutes. All drawings of the page share their cursor. */
export class Drawing {
  private readonly plot: uPlot;
  private readonly observer: ResizeObserver;

  /** Draws into `root`, with its colours: a new drawing is needed when they change. */
  constructor(
    private readonly root: HTMLElement,
    format: (value: number) => string,
  ) {
    const style = getComputedStyle(root);
    const colour = (name: string): string => style.getPropertyValue(name).trim();
    const font = `12px ${colour('--font')}`;
    const axis = { stroke: colour('--ink-soft'), font, grid: { stroke: colour('--line'), width: 1 }, ticks: { show: false } };
    this.plot = new uPlot(
      {
        width: Math.max(1, root.clientWidth),
        height: heightPx,
        legend: { show: false },
        cursor: { sync: { key: 'health' }, drag: { x: false, y: false }, points: { size: 7 } },
        scales: {
          x: { time: true, range: (_plot, _least, most) => [most - secondsShown, most] },
          y: { range: (_plot, _least, most) => [0, axisMax(most)] },
        },
        axes: [
          {
            ...axis,
            size: 26,
            splits: (plot) => this.minutes(plot),
            values: (_plot, at) => at.map((second) => formatTime(new Date(second * 1000).toISOString(), { timeStyle: 'short' })),
          },
          { ...axis, size: 46, gap: 6, splits: (plot) => this.thirds(plot), values: (_plot, at) => at.map(format) },
        ],
        series: [
          {},
          { stroke: colour('--accent'), width: 2, fill: colour('--accent-soft'), points: { show: false }, spanGaps: false },
        ],
      },
      [[], []],
      root,
    );
    this.observer = new ResizeObserver(() => this.plot.setSize({ width: Math.max(1, root.clientWidth), height: heightPx }));
    this.observer.observe(root);
  }

  show(data: [number[], (number | null)[]]): void {
    this.plot.setData(data);
    this.root.dataset.points = String(data[0].length);
  }

  destroy(): void {
    this.observer.disconnect();
    this.plot.destroy();
  }

  /** Whole minutes, as many as have room for their names. */
  private minutes({ scales, width }: uPlot): number[] {
    const { min = 0, max = 0 } = scales.x ?? {};
    const every = minute * (width < 420 ? 4 : 2);
    const marks: number[] = [];
    for (let at = Math.ceil((min ?? 0) / every) * every; at <= (max ?? 0); at += every) marks.push(at);
    return marks;
  }

  private thirds({ scales }: uPlot): number[] {
    const max = scales.y?.max ?? 1;
    return [0, max / 2, max];
  }
}
