import { Button, FileButton, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { uploadBackup } from '../../client.ts';
import { percent } from '../../format.ts';
import { t } from '../../i18n/index.ts';
import { showDone, showFailure } from '../../notices.tsx';

/** Brings a backup from the browser's machine among those of the gateway. */
export function Upload({ onSettled }: { onSettled(): void }) {
  const [share, setShare] = useState(0);
  const uploading = useMutation({
    mutationFn: (file: File) => uploadBackup(file, setShare),
    onSuccess: ({ name }) => showDone(t('data.uploaded', { name })),
    onError: showFailure,
    onSettled,
  });
  return (
    <>
      <FileButton
        onChange={(file) => {
          setShare(0);
          if (file !== null) uploading.mutate(file);
        }}
      >
        {(props) => (
          <Button {...props} size="xs" variant="default" loading={uploading.isPending}>
            {t('data.upload')}
          </Button>
        )}
      </FileButton>
      {uploading.isPending && (
        <Text size="xs" c="dimmed" role="status">
          {t('data.uploading', { share: percent(share) })}
        </Text>
      )}
    </>
  );
}
