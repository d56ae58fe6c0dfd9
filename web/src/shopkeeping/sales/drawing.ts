import uPlot from 'uplot';
import { axisMax } from '../../staff/axis';
import 'uplot/dist/uPlot.min.css';

const heightPx = 220;

/** Bars over time: what was sold in each hour or on each day. */
export class SalesDrawing {
  private readonly plot: uPlot;
  private readonly observer: ResizeObserver;

  /** Draws into `root`, with its colours: a new drawing is needed when they change. */
  constructor(
    private readonly root: HTMLElement,
    say: { amount(value: number): string; time(second: number): string },
    stepSeconds: number,
  ) {
    const style = getComputedStyle(root);
    const colour = (name: string): string => style.getPropertyValue(name).trim();
    const font = `12px ${colour('--font')}`;
    const axis = { stroke: colour('--ink-soft'), font, grid: { stroke: colour('--line'), width: 1 }, ticks: { show: false } };
    const bars = uPlot.paths.bars;
    this.plot = new uPlot(
      {
        width: Math.max(1, root.clientWidth),
        height: heightPx,
        legend: { show: false },
        cursor: { drag: { x: false, y: false }, points: { show: false } },
        scales: {
          // Half a bar of room at both ends.
          x: { time: true, range: (_plot, least, most) => [(least ?? 0) - stepSeconds / 2, (most ?? 0) + stepSeconds / 2] },
          y: { range: (_plot, _least, most) => [0, axisMax(most)] },
        },
        axes: [
          { ...axis, size: 36, gap: 10, grid: { show: false }, space: 72, values: (_plot, at) => at.map(say.time) },
          { ...axis, size: 76, gap: 6, splits: ({ scales }) => [0, (scales.y?.max ?? 1) / 2, scales.y?.max ?? 1], values: (_plot, at) => at.map(say.amount) },
        ],
        series: [{}, { stroke: colour('--accent'), fill: colour('--accent'), width: 0, points: { show: false }, ...(bars && { paths: bars({ size: [0.7, 40] }) }) }],
      },
      [[], []],
      root,
    );
    this.observer = new ResizeObserver(() => this.plot.setSize({ width: Math.max(1, root.clientWidth), height: heightPx }));
    this.observer.observe(root);
  }

  show(data: [number[], number[]]): void {
    this.plot.setData(data);
    this.root.dataset.points = String(data[0].length);
  }

  destroy(): void {
    this.observer.disconnect();
    this.plot.destroy();
  }
}
