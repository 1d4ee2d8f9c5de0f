import { Button, Group, Input, SegmentedControl, Stack, TagsInput, Text, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import type { Settings } from '../../../contract/settings.ts';
import { t } from '../../i18n/index.ts';
import type { SettingsPart } from './part.ts';
import { useDraft } from './use-draft.ts';

interface WayOutProps {
  proxy: Settings['proxy'];
  onChange: SettingsPart['onChange'];
}

type Use = 'environment' | 'none' | 'own';

/** By which way the gateway calls out. An address of one's own is at work once it is saved. */
export function WayOut({ proxy, onChange }: WayOutProps) {
  const { server, except } = proxy;
  const [use, setUse] = useDraft<Use>(server === 'environment' || server === 'none' ? server : 'own');
  const choose = (next: Use) => {
    setUse(next);
    if (next !== 'own') onChange({ proxy: { server: next } }, { proxy });
  };
  return (
    <Input.Wrapper label={t('settings.proxy')} description={t('settings.proxyAbout')}>
      <Stack gap="xs" mt={6}>
        <SegmentedControl
          size="xs"
          aria-label={t('settings.proxy')}
          data={[
            { value: 'environment', label: t('settings.proxyEnvironment') },
            { value: 'none', label: t('settings.proxyNone') },
            { value: 'own', label: t('settings.proxyOwn') },
          ]}
          value={use}
          onChange={(value) => choose(value as Use)}
          style={{ alignSelf: 'flex-start' }}
        />
        {use === 'own' ? (
          <Own
            url={server === 'environment' || server === 'none' ? '' : server}
            except={except}
            onSave={(changed) => onChange({ proxy: changed }, { proxy })}
          />
        ) : (
          <Text size="xs" c="dimmed">
            {t(use === 'none' ? 'settings.proxyNoneAbout' : 'settings.proxyEnvironmentAbout')}
          </Text>
        )}
      </Stack>
    </Input.Wrapper>
  );
}

interface OwnProps {
  url: string;
  except: string[];
  onSave(proxy: Settings['proxy']): void;
}

function Own({ url: before, except: exceptBefore, onSave }: OwnProps) {
  const [url, setUrl] = useDraft(before);
  const [except, setExcept] = useDraft(exceptBefore);
  const [wrong, setWrong] = useState(false);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const right = isProxy(url.trim());
    setWrong(!right);
    if (right) onSave({ server: url.trim(), except });
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="xs">
        <TextInput
          type="url"
          label={t('settings.proxyUrl')}
          description={t('settings.proxyUrlAbout')}
          placeholder="http://proxy.lan:3128"
          error={wrong && t('settings.proxyUrlWrong')}
          value={url}
          onChange={(event) => setUrl(event.currentTarget.value)}
        />
        <TagsInput
          label={t('settings.proxyExcept')}
          placeholder=".lan"
          value={except}
          onChange={setExcept}
          acceptValueOnBlur
        />
        <Group justify="flex-end">
          <Button type="submit" size="xs" variant="light">
            {t('action.save')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function isProxy(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '';
}
