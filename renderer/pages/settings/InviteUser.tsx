import { TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { t } from '../../i18n/index.ts';
import { FormWindow } from '../../parts/FormWindow.tsx';
import { gateway } from '../../queries.ts';
import { useKept } from '../../use-kept.ts';
import type { Link } from './LinkOnce.tsx';

export function InviteUser({ onClose, onLink }: { onClose(): void; onLink(link: Link): void }) {
  const [name, setName] = useKept('invite.name', '');
  const inviting = useMutation(
    gateway.users.invite.mutationOptions({
      onSuccess: ({ code, endsAtMs, user }) => {
        onClose();
        onLink({ code, endsAtMs, name: user.name });
      },
    }),
  );
  return (
    <FormWindow
      title={t('users.invite')}
      action={t('users.makeLink')}
      error={inviting.error}
      busy={inviting.isPending}
      onSubmit={() => inviting.mutate({ name: name.trim() })}
      onClose={onClose}
    >
      <TextInput
        required
        label={t('users.name')}
        description={t('users.nameAbout')}
        value={name}
        maxLength={100}
        onChange={(event) => setName(event.currentTarget.value)}
        data-autofocus
      />
    </FormWindow>
  );
}
