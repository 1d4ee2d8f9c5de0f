import { Anchor, Menu, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useMutation } from '@tanstack/react-query';
import type { UserInfo } from '../../../contract/index.ts';
import { exactTime, money } from '../../format.ts';
import { t } from '../../i18n/index.ts';
import { withParameters } from '../../location.ts';
import { showDone, showFailure, showUndoable } from '../../notices.tsx';
import { Ago } from '../../parts/Ago.tsx';
import { MoreMenu } from '../../parts/MoreMenu.tsx';
import { NameToConfirm } from '../../parts/NameToConfirm.tsx';
import { Rename } from '../../parts/Rename.tsx';
import { Row } from '../../parts/Row.tsx';
import { Tag, type Tone } from '../../parts/Tag.tsx';
import { gateway } from '../../queries.ts';
import type { Link } from './LinkOnce.tsx';

const tones: Record<UserInfo['state'], Tone> = { invited: 'calm', active: 'good', disabled: 'warn', removed: 'bad' };

/** Somebody whom the owner invited: state, use, and what can be done about them. */
export function UserRow({ user, onLink }: { user: UserInfo; onLink(link: Link): void }) {
  const { id, name, email, state, lastSeenAtMs, linkEndsAtMs, keys, use } = user;
  const [removing, question] = useDisclosure(false);
  const [renaming, rename] = useDisclosure(false);
  const linking = useMutation(
    gateway.users.renewLink.mutationOptions({
      onSuccess: ({ code, endsAtMs }) => onLink({ code, endsAtMs, name }),
      onError: showFailure,
    }),
  );
  const undoing = useMutation(gateway.users.update.mutationOptions({ onError: showFailure }));
  const updating = useMutation(
    gateway.users.update.mutationOptions({
      onSuccess: (_user, { disabled = false }) =>
        showUndoable(t(disabled ? 'users.isDisabled' : 'users.isEnabled', { name }), () =>
          undoing.mutate({ id, disabled: !disabled }),
        ),
      onError: showFailure,
    }),
  );
  const remove = useMutation(
    gateway.users.remove.mutationOptions({
      onSuccess: () => {
        question.close();
        showDone(t('users.isRemoved', { name }));
      },
      onError: showFailure,
    }),
  );
  const isDisabled = state === 'disabled';
  return (
    <Row
      name={name}
      tag={<Tag tone={tones[state]}>{t(`users.state.${state}`)}</Tag>}
      about={
        <>
          {email ?? t('users.noAddress')}
          {linkEndsAtMs !== null && ` · ${t('users.linkUntil', { at: exactTime(linkEndsAtMs) })}`}
          {lastSeenAtMs !== null && (
            <>
              {' '}
              · {t('account.seen')} <Ago atMs={lastSeenAtMs} />
            </>
          )}
        </>
      }
      actions={
        <>
          <div style={{ textAlign: 'right' }}>
            <Anchor size="sm" href={`#${withParameters('/', { user: id, range: '30d' })}`} title={t('users.useAbout')}>
              {money(use.costUsd)}
            </Anchor>
            <Text size="xs" c="dimmed" style={{ whiteSpace: 'nowrap' }}>
              {t('users.keys', { count: keys })}
            </Text>
          </div>
          <MoreMenu name={name}>
            <Menu.Item component="a" href={`#${withParameters('/requests', { user: id })}`}>
              {t('requests.title')}
            </Menu.Item>
            <Menu.Item component="a" href={`#${withParameters('/keys', { user: id })}`}>
              {t('keys.title')}
            </Menu.Item>
            <Menu.Item onClick={rename.open}>{t('action.rename')}</Menu.Item>
            {!isDisabled && (
              <Menu.Item onClick={() => linking.mutate({ id })}>
                {t(email === null ? 'users.newLink' : 'users.newPassword')}
              </Menu.Item>
            )}
            <Menu.Item onClick={() => updating.mutate({ id, disabled: !isDisabled })}>
              {t(isDisabled ? 'users.enable' : 'users.disable')}
            </Menu.Item>
            <Menu.Item color="red" onClick={question.open}>
              {t('action.remove')}
            </Menu.Item>
          </MoreMenu>
        </>
      }
    >
      {renaming && (
        <Rename name={name} rename={(next) => gateway.users.update.call({ id, name: next })} onClose={rename.close} />
      )}
      {removing && (
        <NameToConfirm
          title={t('users.removeTitle', { name })}
          about={t('users.removeAbout')}
          name={name}
          action={t('action.remove')}
          busy={remove.isPending}
          onConfirm={() => remove.mutate({ id })}
          onClose={question.close}
        />
      )}
    </Row>
  );
}
