import { TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { t } from '../i18n/index.ts';
import { showFailure, showUndoable } from '../notices.tsx';
import { FormWindow } from './FormWindow.tsx';

interface RenameProps {
  name: string;
  rename(name: string): Promise<unknown>;
  onClose(): void;
}

/** Gives something another name, with a way back to the one before. */
export function Rename({ name, rename, onClose }: RenameProps) {
  const [next, setNext] = useState(name);
  const renaming = useMutation({
    mutationFn: rename,
    onSuccess: (_answer, renamed) => {
      showUndoable(t('rename.done', { before: name, name: renamed }), () => void rename(name).catch(showFailure));
      onClose();
    },
  });
  const submit = () => {
    const wanted = next.trim();
    if (wanted === name) onClose();
    else if (wanted !== '') renaming.mutate(wanted);
  };
  return (
    <FormWindow
      title={t('rename.title', { name })}
      action={t('action.rename')}
      error={renaming.error}
      busy={renaming.isPending}
      onSubmit={submit}
      onClose={onClose}
    >
      <TextInput
        label={t('rename.name')}
        value={next}
        maxLength={100}
        error={next.trim() === '' && t('rename.empty')}
        onChange={(event) => setNext(event.currentTarget.value)}
        onFocus={(event) => event.currentTarget.select()}
        data-autofocus
      />
    </FormWindow>
  );
}
