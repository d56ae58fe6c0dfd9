import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { formatAgo, formatBitrate, formatCount, formatTenths, t } from '../../i18n';
import { mayChange } from '../../session/session';
import { Confirm } from '../../shared/confirm';
import { TextInput } from '../../shared/form/text-input';
import { Box } from '../../shared/page';
import { Failed, useResource } from '../../shared/resource';
import { Tile } from '../../shared/tile';
import { toast } from '../../shared/toasts';
import { fetchStream, stopStream, type Stream, type StreamSummary } from '../../staff/streams';
import type { StudioChannel } from '../channels';
import { AdviceCards } from './advice-cards';
import { HealthCharts } from './health-charts';
import { Preview } from './preview';
import { studioWords } from '../words';

const pollMs = 2000;

interface LiveBoxProps {
  channel: StudioChannel;
  stream: StreamSummary;
  onStopped(): void;
}

/** The stream that is on air: its picture, its numbers, how they went, and what would make it better. */
export function LiveBox({ channel, stream, onStopped }: LiveBoxProps): JSX.Element {
  const words = studioWords.words.value.live;
  const details = useResource(() => fetchStream(stream.id), pollMs, stream.id);
  const stopping = useSignal(false);
  const known = details.value.value?.id === stream.id ? details.value.value : null;
  const problem = details.problem.value;
  return (
    <Box
      title={words.title}
      testid="live"
      action={
        mayChange('operate') && (
          <button type="button" class="button button--danger-quiet" data-testid="stop-stream" onClick={() => (stopping.value = true)}>
            {words.stop}
          </button>
        )
      }
    >
      <div class="live">
        <Preview channel={channel} video={stream.video} />
        <Numbers stream={known ?? stream} />
      </div>
      {known && <AdviceCards items={known.health} />}
      {problem && !known && <Failed problem={problem} again={() => void details.load()} />}
      {known && known.history.length > 1 && <HealthCharts history={known.history} />}
      {stopping.value && <Stop id={stream.id} onClose={() => (stopping.value = false)} onStopped={onStopped} />}
    </Box>
  );
}

function Numbers({ stream }: { stream: Stream | StreamSummary }): JSX.Element {
  const words = studioWords.words.value.live;
  const { video, viewers, viewers_peak, bitrate_bps, keyframe_interval_ms, encoder, started_at } = stream;
  const none = t.value.noValue;
  return (
    <div class="live__numbers">
      <dl class="tiles">
        <Tile label={words.viewers} value={formatCount(viewers)} note={words.peak(formatCount(Math.max(viewers, viewers_peak)))} testid="viewers" />
        <Tile label={words.bitrate} value={bitrate_bps > 0 ? formatBitrate(bitrate_bps) : none} testid="bitrate" />
        <Tile
          label={words.picture}
          value={video && video.frame_rate > 0 ? words.fps(String(Math.round(video.frame_rate))) : none}
          note={video ? `${video.width} × ${video.height}` : words.noPicture}
          testid="fps"
        />
        <Tile label={words.keyframes} value={keyframe_interval_ms > 0 ? words.seconds(formatTenths(keyframe_interval_ms / 1000)) : none} testid="keyframes" />
      </dl>
      <p class="field__hint">
        {words.since(formatAgo(started_at))}
        {encoder && ` · ${encoder}`}
      </p>
    </div>
  );
}

function Stop({ id, onClose, onStopped }: { id: string; onClose(): void; onStopped(): void }): JSX.Element {
  const words = studioWords.words.value.live;
  const reason = useSignal('');
  return (
    <Confirm
      title={words.stopTitle}
      action={words.stop}
      danger
      onClose={onClose}
      run={async () => {
        const outcome = await stopStream(id, reason.value.trim());
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
