import { useSignal } from '@preact/signals';
import type { ComponentChildren, JSX } from 'preact';
import { formatDate } from '../../i18n';
import { CopyButton } from '../../shared/copy-button';
import { Box } from '../../shared/page';
import { Secret } from '../../shared/secret';
import { Tabs } from '../../shared/tabs';
import { sharedWords } from '../../shared/words';
import { freshKeys, reachable, type StudioChannel } from '../channels';
import { ffmpegCommand, gstreamerCommand, type Target } from '../encoders';
import { studioWords } from '../words';
import { RotateKey } from './rotate-key';

interface ConnectBoxProps {
  channel: StudioChannel;
  open: boolean;
  onToggle(open: boolean): void;
}

/** From here to a picture: the address, the key while it is known, and what to do with them. */
export function ConnectBox({ channel, open, onToggle }: ConnectBoxProps): JSX.Element {
  const words = studioWords.words.value.connect;
  const key = freshKeys.value.get(channel.name) ?? null;
  const { rtmp, rtmps } = channel.server;
  const server = reachable(rtmps ?? rtmp ?? '');
  const rotating = useSignal(false);
  return (
    <Box
      title={words.title}
      testid="connect"
      action={
        <button type="button" class="button button--quiet" aria-expanded={open} data-testid="connect-toggle" onClick={() => onToggle(!open)}>
          {open ? words.hide : words.show}
        </button>
      }
    >
      {open && server === '' && <p class="notice notice--warn">{words.serverOff}</p>}
      {open && server !== '' && (
        <>
          <div class="connect__facts">
            <div class="connect__fact">
              <h3 class="field__label">{words.server}</h3>
              <Secret text={server} label={words.server} testid="server-address" />
              {rtmps && rtmp && (
                <p class="field__hint">
                  {words.serverPlain} <code class="connect__code">{reachable(rtmp)}</code>
                </p>
              )}
            </div>
            <div class="connect__fact">
              <h3 class="field__label">{words.key}</h3>
              {key !== null ? (
                <>
                  <Secret text={key} label={words.key} hidden testid="stream-key" />
                  <p class="notice notice--good">{words.keyOnce}</p>
                </>
              ) : (
                <div class="secret">
                  <span class="secret__text connect__gone">{words.keyGone(formatDate(channel.key_changed_at))}</span>
                  <button type="button" class="button button--quiet" data-testid="new-key" onClick={() => (rotating.value = true)}>
                    {words.newKey}
                  </button>
                </div>
              )}
            </div>
          </div>
          <Instructions target={{ server, key: key ?? words.yourKey }} known={key !== null} />
        </>
      )}
      {rotating.value && <RotateKey channel={channel} onClose={() => (rotating.value = false)} />}
    </Box>
  );
}

function Instructions({ target, known }: { target: Target; known: boolean }): JSX.Element {
  const words = studioWords.words.value.connect;
  return (
    <Tabs
      label={words.encoder}
      tabs={[
        { id: 'obs', name: 'OBS Studio', content: () => <ObsSteps server={target.server} /> },
        { id: 'ffmpeg', name: 'ffmpeg', content: () => <Command text={words.ffmpegText} command={ffmpegCommand} target={target} known={known} /> },
        { id: 'gstreamer', name: 'GStreamer', content: () => <Command text={words.gstreamerText} command={gstreamerCommand} target={target} known={known} /> },
      ]}
    />
  );
}

function ObsSteps({ server }: { server: string }): JSX.Element {
  const words = studioWords.words.value.connect.obs;
  const steps: ComponentChildren[] = [
    words.open,
    words.service,
    <>
      {words.server} <code class="connect__code">{server}</code>
    </>,
    words.key,
    words.output,
    words.start,
  ];
  return (
    <ol class="steps" data-testid="obs-steps">
      {steps.map((step, index) => (
        <li key={index}>
          <p>{step}</p>
        </li>
      ))}
    </ol>
  );
}

interface CommandProps {
  text: string;
  command(target: Target): string;
  target: Target;
  known: boolean;
}

/** A command to copy. It shows dots for the key, so that the page can be on a screen that others see. */
function Command({ text, command, target, known }: CommandProps): JSX.Element {
  const words = studioWords.words.value.connect;
  const shared = sharedWords.words.value;
  return (
    <div class="command">
      <p class="box__text">{text}</p>
      <pre class="command__text" tabIndex={0} data-testid="command">
        <code>{command(known ? { ...target, key: '•'.repeat(12) } : target)}</code>
      </pre>
      <div class="box__actions">
        <CopyButton what="text" text={command(target)} label={shared.copy} done={shared.copied} class="button button--plain" />
      </div>
      <p class="field__hint">{known ? words.commandMasked : words.commandNeedsKey}</p>
    </div>
  );
}
