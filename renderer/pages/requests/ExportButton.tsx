import { Button } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { t } from '../../i18n/index.ts';
import { showFailure } from '../../notices.tsx';
import { save } from '../../save.ts';
import { exportCsv } from './export.ts';
import type { FilterInput } from './filters.ts';

/** Saves what is filtered. A second press stops it. */
export function ExportButton({ input }: { input: FilterInput }) {
  const [rows, setRows] = useState(0);
  const ending = useRef<AbortController>(undefined);
  const exporting = useMutation({
    mutationFn: async () => {
      ending.current = new AbortController();
      setRows(0);
      save(
        await exportCsv(input, setRows, ending.current.signal),
        `requests-${new Date().toISOString().slice(0, 10)}.csv`,
      );
    },
    onError: (error) => ending.current?.signal.aborted || showFailure(error),
  });
  return (
    <Button
      size="xs"
      variant="default"
      leftSection={<IconDownload size={16} stroke={1.6} aria-hidden />}
      onClick={() => (exporting.isPending ? ending.current?.abort() : exporting.mutate())}
    >
      {exporting.isPending ? t('requests.exporting', { count: rows }) : t('requests.export')}
    </Button>
  );
}
