/** An axis from zero to a round number above all values; never flat. */
export function axisMax(most: number): number {
  if (!(most > 0)) return 1;
  const step = 10 ** Math.floor(Math.log10(most));
  return [1, 1.5, 2, 3, 4, 5, 6, 8, 10].map((factor) => factor * step).find((round) => round >= most * 1.08) ?? 20 * step;
}
