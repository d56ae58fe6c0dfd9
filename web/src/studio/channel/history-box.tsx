import type { JSX } from 'preact';
import { formatBitrate, formatCount, formatDuration, formatTime, t } from '../../i18n';
import { Box } from '../../shared/page';
import { PagedView, usePaged } from '../../shared/paged';
import { readSummary, type StreamSummary } from '../../staff/streams';
import { studioWords } from '../words';

interface HistoryBoxProps {
  name: string;
  /** The stream of now: when it ends, there is one more to list. */
  streamId: string;
  state: string;
}

export function HistoryBox({ name, streamId, state }: HistoryBoxProps): JSX.Element {
  const words = studioWords.words.value.history;
  const version = state === 'ended' || state === 'offline' ? `${state}${streamId}` : 'air';
  const path = `/api/v1/streams?channel=${encodeURIComponent(name)}&state=ended&limit=10`;
  return (
    <Box title={words.title} testid="history">
      <Rows key={version} path={path} />
    </Box>
  );
}

function Rows({ path }: { path: string }): JSX.Element {
  const words = studioWords.words.value.history;
  const streams = usePaged(path, 'streams', readSummary);
  return (
    <PagedView from={streams}>
      {(items) =>
        items.length === 0 ? (
          <p class="box__text">{words.none}</p>
        ) : (
          <table class="table">
            <thead>
              <tr>
                <th scope="col">{words.began}</th>
                <th scope="col">{words.lasted}</th>
                <th scope="col" class="table__number">
                  {words.peak}
                </th>
                <th scope="col" class="table__number">
                  {words.bitrate}
                </th>
                <th scope="col">{words.end}</th>
              </tr>
            </thead>
            <tbody>
              {items.map((stream) => (
                <Row key={stream.id} stream={stream} />
              ))}
            </tbody>
          </table>
        )
      }
    </PagedView>
  );
}

function Row({ stream }: { stream: StreamSummary }): JSX.Element {
  const words = studioWords.words.value.history;
  const { started_at, ended_at, viewers_peak, bitrate_bps, end_reason, last_error } = stream;
  const seconds = (Date.parse(ended_at ?? '') - Date.parse(started_at)) / 1000;
  const reason = end_reason === null ? '' : ((words.reasons as Partial<Record<string, string>>)[end_reason] ?? end_reason.replaceAll('_', ' '));
  return (
    <tr data-testid="past-stream">
      <td data-label={words.began}>{formatTime(started_at)}</td>
      <td data-label={words.lasted}>{Number.isFinite(seconds) ? formatDuration(seconds) : t.value.noValue}</td>
      <td data-label={words.peak} class="table__number">
        {formatCount(viewers_peak)}
      </td>
      <td data-label={words.bitrate} class="table__number">
        {bitrate_bps > 0 ? formatBitrate(bitrate_bps) : t.value.noValue}
      </td>
      <td data-label={words.end}>
        <span>
          {reason || t.value.noValue}
          {last_error && (
            <span class="table__sub" lang="en">
              {last_error}
            </span>
          )}
        </span>
      </td>
    </tr>
  );
}
