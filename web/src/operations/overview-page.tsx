import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { get } from '../api/call';
import { count, flag, list, record, text, type Of } from '../api/read';
import { formatAgo, formatBitrate, formatBytes, formatCount, formatDuration, formatTenths, formatTime, t } from '../i18n';
import { mayChange } from '../session/session';
import { Confirm } from '../shared/confirm';
import { TextInput } from '../shared/form/text-input';
import { Box, Empty, StaffPage } from '../shared/page';
import { PagedView, usePaged } from '../shared/paged';
import { Loaded, useResource } from '../shared/resource';
import { Link } from '../shared/router';
import { Tile } from '../shared/tile';
import { toast } from '../shared/toasts';
import { StateBadge } from '../staff/state-badge';
import { readSummary, stopStream, type StreamSummary } from '../staff/streams';
import { Alarms, readAlarm } from './alarms';
import { OperationsNav, seesAll } from './operations-nav';
import { operationsWords } from './words';

const pollMs = 3000;

const readOverview = record({
  version: text,
  started_at: text,
  uptime_s: count,
  streams_live: count,
  viewers: count,
  connections: record({ http: count, rtmp: count }),
  memory_bytes: count,
  cpu_seconds: count,
  disk: record({ free_bytes: count, total_bytes: count }),
  database: record({ writer_queue: count, commits: count }),
  ready: flag,
  alarms: list(readAlarm),
});
type Overview = Of<typeof readOverview>;

export function OverviewPage(): JSX.Element {
  const words = operationsWords.words.value.overview;
  return (
    <StaffPage title={words.title} nav={<OperationsNav />} testid="operations">
      {seesAll() && <Summary />}
      <Streams />
    </StaffPage>
  );
}

function Summary(): JSX.Element {
  const summary = useResource(() => get('/api/v1/operations/summary', readOverview), pollMs);
  return (
    <Loaded from={summary} rows={1}>
      {(known) => (
        <>
          <Alarms alarms={known.alarms} ready={known.ready} />
          <Tiles known={known} />
        </>
      )}
    </Loaded>
  );
}

function Tiles({ known }: { known: Overview }): JSX.Element {
  const words = operationsWords.words.value.overview;
  const { disk, connections, database } = known;
  const freePercent = disk.total_bytes > 0 ? Math.round((disk.free_bytes / disk.total_bytes) * 100) : 0;
  return (
    <dl class="tiles" data-testid="summary">
      <Tile label={words.streams} value={formatCount(known.streams_live)} testid="streams-live" />
      <Tile label={words.viewers} value={formatCount(known.viewers)} testid="viewers-all" />
      <Tile label={words.connections} value={formatCount(connections.http)} note={words.encoders(formatCount(connections.rtmp))} />
      <Tile label={words.memory} value={formatBytes(known.memory_bytes)} />
      <Tile
        label={words.cpu}
        value={known.uptime_s > 0 ? words.percent(formatTenths((known.cpu_seconds / known.uptime_s) * 100)) : t.value.noValue}
        note={words.cpuNote}
      />
      <Tile label={words.disk} value={formatBytes(disk.free_bytes)} note={words.diskNote(String(freePercent))} />
      <Tile label={words.database} value={formatCount(database.writer_queue)} note={words.commits(formatCount(database.commits))} />
      <Tile label={words.uptime} value={formatDuration(known.uptime_s)} note={words.version(known.version)} />
    </dl>
  );
}

function Streams(): JSX.Element {
  const words = operationsWords.words.value.streams;
  const streams = usePaged('/api/v1/streams?state=live&limit=100', 'streams', readSummary, pollMs);
  const stopping = useSignal<StreamSummary | null>(null);
  return (
    <Box title={words.title} testid="streams">
      <PagedView from={streams}>
        {(items) =>
          items.length === 0 ? (
            <Empty title={words.noneTitle} text={words.noneText} level={3} />
          ) : (
            <table class="table">
              <thead>
                <tr>
                  <th scope="col">{words.channel}</th>
                  <th scope="col">{words.state}</th>
                  <th scope="col" class="table__number">
                    {words.viewers}
                  </th>
                  <th scope="col" class="table__number">
                    {words.bitrate}
                  </th>
                  <th scope="col" class="table__number">
                    {words.fps}
                  </th>
                  <th scope="col">{words.problem}</th>
                  <th scope="col" class="table__actions">
                    <span class="visually-hidden">{words.stop}</span>
                  </th>
                </tr>
              </thead>
              <tbody>
                {items.map((stream) => (
                  <Row key={stream.id} stream={stream} stop={() => (stopping.value = stream)} />
                ))}
              </tbody>
            </table>
          )
        }
      </PagedView>
      {stopping.value && <Stop stream={stopping.value} onClose={() => (stopping.value = null)} onStopped={() => void streams.reload()} />}
    </Box>
  );
}

function Row({ stream, stop }: { stream: StreamSummary; stop(): void }): JSX.Element {
  const words = operationsWords.words.value.streams;
  const none = t.value.noValue;
  const { channel, channel_title, state, viewers, bitrate_bps, video, last_error, started_at, address } = stream;
  return (
    <tr data-testid="stream" data-channel={channel}>
      <td>
        <span>
          <Link href={`/watch/${channel}`} class="table__main link">
            {channel_title || channel}
          </Link>
          <span class="table__sub" title={formatTime(started_at)}>
            {[channel, words.began(formatAgo(started_at)), address].filter(Boolean).join(' · ')}
          </span>
        </span>
      </td>
      <td data-label={words.state}>
        <StateBadge state={state} />
      </td>
      <td data-label={words.viewers} class="table__number">
        {formatCount(viewers)}
      </td>
      <td data-label={words.bitrate} class="table__number">
        {bitrate_bps > 0 ? formatBitrate(bitrate_bps) : none}
      </td>
      <td data-label={words.fps} class="table__number">
        {video && video.frame_rate > 0 ? Math.round(video.frame_rate) : none}
      </td>
      <td data-label={words.problem}>{last_error ? <span lang="en">{last_error}</span> : none}</td>
      <td class="table__actions">
        {mayChange('operate') && (
          <button type="button" class="button button--quiet" data-testid="stop" aria-label={words.stopOne(channel_title || channel)} onClick={stop}>
            {words.stop}
          </button>
        )}
      </td>
    </tr>
  );
}

function Stop({ stream, onClose, onStopped }: { stream: StreamSummary; onClose(): void; onStopped(): void }): JSX.Element {
  const words = operationsWords.words.value.streams;
  const reason = useSignal('');
  return (
    <Confirm
      title={words.stopTitle(stream.channel_title || stream.channel)}
      action={words.stop}
      danger
      onClose={onClose}
      run={async () => {
        const outcome = await stopStream(stream.id, reason.value.trim());
        if (!outcome.ok) return outcome.problem;
        toast(words.stopped);
        onStopped();
        return null;
      }}
    >
      <p>{words.stopText}</p>
      <TextInput label={words.reason} value={reason} maxLength={200} />
    </Confirm>
  );
}
