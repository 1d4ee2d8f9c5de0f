import { Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { inBrowser } from '../client.ts';
import { t } from '../i18n/index.ts';
import { changeParameters, useParameters } from '../location.ts';
import { gateway } from '../queries.ts';
import { useRole } from '../role.ts';

/** Whose requests the page is of, as its address says it; absent: everybody's. */
export function readUser(parameters: URLSearchParams): string | undefined {
  return parameters.get('user')?.slice(0, 100) || undefined;
}

export function useUser(): string | undefined {
  return readUser(useParameters());
}

/** For an owner who has invited somebody: narrows the page to one user. Removed ones are still there for their history. */
export function UserSelect() {
  const user = useUser();
  const isOwner = useRole() === 'owner';
  const users = useQuery({ ...gateway.users.list.queryOptions(), enabled: inBrowser && isOwner });
  const known = users.data?.users ?? [];
  if (known.length === 0) return null;
  return (
    <Select
      size="xs"
      w={130}
      aria-label={t('word.user')}
      placeholder={t('word.user')}
      data={[{ value: 'owner', label: t('users.owner') }, ...known.map(({ id, name }) => ({ value: id, label: name }))]}
      value={user ?? null}
      onChange={(value) => changeParameters({ user: value ?? undefined })}
      clearable
      clearButtonProps={{ 'aria-label': t('requests.clearOne', { name: t('word.user') }) }}
      searchable={known.length > 8}
      nothingFoundMessage={t('palette.nothing')}
      comboboxProps={{ width: 'max-content', position: 'bottom-end' }}
    />
  );
}
