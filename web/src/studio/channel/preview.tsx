import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { LivePlayer } from '../../player/live-player';
import type { Phase } from '../../player/phase';
import { Player } from '../../player/player';
import { PlayIcon } from '../../shared/icons';
import { Poster } from '../../shared/poster';
import type { StreamSummary } from '../../staff/streams';
import type { StudioChannel } from '../channels';
import { studioWords } from '../words';

interface PreviewProps {
  channel: StudioChannel;
  video: StreamSummary['video'];
}

/** What viewers see. The picture of the last seconds until it is asked for: a host's uplink is busy enough. */
export function Preview({ channel, video }: PreviewProps): JSX.Element {
  const words = studioWords.words.value.live;
  const playing = useSignal(false);
  if (playing.value) return <LivePreview channel={channel} video={video} />;
  return (
    <div class="preview">
      <Poster channel={channel} first />
      <button type="button" class="button button--light preview__play" data-testid="preview" onClick={() => (playing.value = true)}>
        <PlayIcon />
        {words.preview}
      </button>
    </div>
  );
}

/** The viewers' player, but nobody is counted: who runs the show is no audience. */
function LivePreview({ channel, video }: PreviewProps): JSX.Element {
  const [player] = useState(() => ({ now: null as LivePlayer | null }));
  const drawn = useSignal(0);
  const id = channel.stream?.id;
  const load = (): void => {
    if (id) void player.now?.load({ streamId: id, url: channel.playback_url });
  };
  useEffect(load, [id]);
  const ratio = video && video.width > 0 && video.height > 0 ? video.width / video.height : 16 / 9;
  void drawn.value;
  const phase: Phase = channel.state === 'live' || channel.state === 'reconnecting' || channel.state === 'starting' ? channel.state : 'ended';
  return (
    <div class="preview">
      <Player
        player={player.now}
        phase={phase}
        playback={player.now?.playback.value ?? 'idle'}
        aspectRatio={ratio}
        attach={(element) => {
          player.now = new LivePlayer(element, { onGone: () => {}, onAdvance: () => {} });
          drawn.value += 1;
          load();
        }}
        detach={() => {
          player.now?.destroy();
          player.now = null;
        }}
      />
    </div>
  );
}
