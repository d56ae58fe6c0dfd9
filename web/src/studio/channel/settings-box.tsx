import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { Dialog } from '../../shared/dialog';
import { TextField } from '../../shared/form/fields';
import { Form, useForm } from '../../shared/form/form';
import { Box } from '../../shared/page';
import { navigate } from '../../shared/router';
import { toast } from '../../shared/toasts';
import { deleteChannel, renameChannel, type StudioChannel } from '../channels';
import { studioWords } from '../words';
import { RotateKey } from './rotate-key';

interface SettingsProps {
  channel: StudioChannel;
  onChanged(): void;
}

export function SettingsBox({ channel, onChanged, onNewKey }: SettingsProps & { onNewKey(): void }): JSX.Element {
  const words = studioWords.words.value.settings;
  const open = useSignal<'rotate' | 'delete' | null>(null);
  const close = (): void => void (open.value = null);
  return (
    <Box title={words.title} testid="settings">
      <Rename channel={channel} onChanged={onChanged} />
      <div class="settings__row">
        <div>
          <h3 class="field__label">{words.keyTitle}</h3>
          <p class="field__hint">{words.keyText}</p>
        </div>
        <button type="button" class="button button--plain" data-testid="rotate-key" onClick={() => (open.value = 'rotate')}>
          {words.rotate}
        </button>
      </div>
      <div class="settings__row">
        <div>
          <h3 class="field__label">{words.deleteTitle}</h3>
          <p class="field__hint">{words.deleteText}</p>
        </div>
        <button type="button" class="button button--danger-quiet" data-testid="delete-channel" onClick={() => (open.value = 'delete')}>
          {words.delete}
        </button>
      </div>
      {open.value === 'rotate' && <RotateKey channel={channel} onClose={close} onDone={onNewKey} />}
      {open.value === 'delete' && <DeleteDialog channel={channel} onClose={close} />}
    </Box>
  );
}

function Rename({ channel: { name, title }, onChanged }: SettingsProps): JSX.Element {
  const words = studioWords.words.value.settings;
  const form = useForm({
    names: ['title'],
    check: (values) => ({ title: values.title.trim() === '' ? words.titleMissing : undefined }),
    send: async (values) => {
      const to = values.title.trim();
      const outcome = await renameChannel(name, to);
      if (!outcome.ok) return outcome.problem;
      onChanged();
      if (to === title) return null;
      const undo = (): void => void renameChannel(name, title).then(onChanged);
      toast(words.renamed, undo);
      return null;
    },
    words: () => studioWords.words.value.create.problems,
  });
  return (
    <Form key={title} model={form} action={words.save} testid="rename-form">
      <TextField name="title" label={words.titleLabel} hint={words.titleHint} value={title} maxLength={100} />
    </Form>
  );
}

function DeleteDialog({ channel: { name, stream, state }, onClose }: { channel: StudioChannel; onClose(): void }): JSX.Element {
  const words = studioWords.words.value.settings;
  const form = useForm({
    names: ['name'],
    check: (values) => ({ name: values.name.trim() === name ? undefined : words.deleteNameWrong(name) }),
    send: async () => {
      const outcome = await deleteChannel(name);
      if (!outcome.ok) return outcome.problem;
      onClose();
      navigate('/studio', 'replace');
      toast(words.deleted);
      return null;
    },
  });
  return (
    <Dialog title={words.deleteDialogTitle} onClose={onClose} testid="delete-dialog">
      <div class="dialog__text">
        <p>{words.deleteDialogText}</p>
        {stream !== null && state === 'live' && <p class="notice notice--warn">{words.deleteOnAir}</p>}
      </div>
      <Form model={form} action={words.deleteAction} danger testid="delete-form">
        <TextField name="name" label={words.deleteName(name)} verbatim />
      </Form>
    </Dialog>
  );
}
