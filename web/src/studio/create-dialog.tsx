import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Creation } from '../api/call';
import { studioShop } from '../session/shops';
import { Dialog } from '../shared/dialog';
import { TextField } from '../shared/form/fields';
import { Form, useForm } from '../shared/form/form';
import { navigate } from '../shared/router';
import { isName, keepKey, nameOf, readCreated } from './channels';
import { studioWords } from './words';

export function CreateDialog({ onClose }: { onClose(): void }): JSX.Element {
  const words = studioWords.words.value.create;
  const [creation] = useState(() => new Creation('/api/v1/channels', readCreated));
  const title = useSignal('');
  const name = useSignal('');
  // Follows the title until it is typed by hand.
  const address = name.value.trim() || nameOf(title.value);
  const form = useForm({
    names: ['title', 'name'],
    check: (values) => ({
      title: values.title.trim() === '' ? words.titleMissing : undefined,
      name: isName(values.name.trim() || nameOf(values.title)) ? undefined : words.nameRule,
    }),
    send: async (values) => {
      const outcome = await creation.send({ name: values.name.trim() || nameOf(values.title), title: values.title.trim(), shop: studioShop.peek() });
      if (!outcome.ok) return outcome.problem;
      keepKey(outcome.value.name, outcome.value.stream_key);
      onClose();
      navigate(`/studio/${outcome.value.name}`);
      return null;
    },
    words: () => words.problems,
  });
  return (
    <Dialog title={words.dialogTitle} onClose={onClose} testid="create-dialog">
      <Form model={form} action={words.action} testid="create-form">
        <TextField name="title" label={words.title} hint={words.titleHint} maxLength={100} onValue={(typed) => (title.value = typed)} autofocus />
        <TextField
          name="name"
          label={words.name}
          hint={address === '' ? words.nameHint : words.address(`${location.host}/watch/${address}`)}
          maxLength={63}
          verbatim
          optional={nameOf(title.value) !== '' || title.value === ''}
          onValue={(typed) => (name.value = typed)}
        />
      </Form>
    </Dialog>
  );
}
