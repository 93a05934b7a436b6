import { FormDialog, nameOf, plural } from '@paved/ui';
import { useId, useState } from 'react';
import { useSay } from './use-say.ts';

/** Says that things are not theirs, with a note for whoever looks for an owner. */
export function DisownDialog({ refs, onClose, onDone }: { refs: readonly string[]; onClose: () => void; onDone?: () => void }) {
  const id = useId();
  const [note, setNote] = useState('');
  const say = useSay(() => {
    onClose();
    onDone?.();
  });
  const [first] = refs;
  return (
    <FormDialog
      opened
      onClose={onClose}
      title={
        refs.length === 1 && first !== undefined
          ? `${nameOf(first)} is not ours`
          : `${plural(refs.length, 'entity', 'entities')} are not ours`
      }
      submit="Give back"
      working={say.isPending}
      error={say.error}
      onSubmit={() => say.mutate({ refs, verdict: 'disowned', ...(note.trim() === '' ? {} : { note: note.trim() }) })}
    >
      <p className="p-13 p-t2" style={{ marginBottom: 12 }}>
        {refs.length === 1 ? 'It keeps' : 'They keep'} the owner in the source until somebody sets another one, and wait under Without owner
        until then. You can take {refs.length === 1 ? 'it' : 'them'} back there.
      </p>
      <div className="p-field">
        <label htmlFor={id}>
          Whose is it?<span className="optional">optional</span>
        </label>
        <textarea
          id={id}
          className="p-input"
          rows={3}
          maxLength={1000}
          value={note}
          data-autofocus
          placeholder="Went to Discovery in May."
          onChange={(event) => setNote(event.target.value)}
        />
        <p className="p-help">Read by whoever looks for an owner.</p>
      </div>
    </FormDialog>
  );
}
