import { Button, Checkbox, Group, Stack, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { DesktopState } from '../../../contract/desktop.ts';
import { t } from '../../i18n/index.ts';
import { showFailure, showProblem } from '../../notices.tsx';
import { gateway } from '../../queries.ts';

/** Keys that lie in the environment: nothing is used before the person says so. */
export function FoundKeys({ found }: { found: DesktopState['foundKeys'] }) {
  const queries = useQueryClient();
  const [left, setLeft] = useState<string[]>([]);
  const importing = useMutation(
    gateway.desktop.importKeys.mutationOptions({
      onSuccess: ({ imported }) => {
        for (const { variable, status } of imported) {
          if (status === 'works') continue;
          if (status === 'failed') showProblem(variable, t('welcome.notKept'));
          else showProblem(`${variable}: ${t(`keyStatus.${status}`)}`, t(`keyAdvice.${status}`));
        }
      },
      onError: showFailure,
      onSettled: () => queries.invalidateQueries(),
    }),
  );
  const wanted = found.map(({ variable }) => variable).filter((variable) => !left.includes(variable));
  return (
    <Stack gap="xs">
      <Text size="sm">{t('welcome.found')}</Text>
      {found.map(({ variable, lastFour }) => (
        <Checkbox
          key={variable}
          label={lastFour === null ? variable : `${variable} ••••${lastFour}`}
          checked={!left.includes(variable)}
          onChange={({ currentTarget: { checked } }) =>
            setLeft((now) => (checked ? now.filter((one) => one !== variable) : [...now, variable]))
          }
        />
      ))}
      <Group>
        <Button
          size="xs"
          loading={importing.isPending}
          disabled={wanted.length === 0}
          onClick={() => importing.mutate({ variables: wanted })}
        >
          {t('welcome.takeOver', { count: wanted.length })}
        </Button>
      </Group>
    </Stack>
  );
}
