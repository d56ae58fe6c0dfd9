import type { JSX } from 'preact';

interface TileProps {
  label: string;
  value: string;
  note?: string;
  testid?: string;
}

/** One number with its name, in a `<dl class="tiles">`. */
export function Tile({ label, value, note, testid }: TileProps): JSX.Element {
  return (
    <div class="tile">
      <dt>{label}</dt>
      <dd data-testid={testid}>{value}</dd>
      {note && <dd class="tile__note">{note}</dd>}
    </div>
  );
}
