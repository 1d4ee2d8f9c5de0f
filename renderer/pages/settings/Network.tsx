import { Stack, Switch, TagsInput, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { inBrowser } from '../../client.ts';
import { t } from '../../i18n/index.ts';
import { Panel } from '../../parts/Panel.tsx';
import { gateway } from '../../queries.ts';
import type { SettingsPart } from './part.ts';
import { WayOut } from './WayOut.tsx';

/** Who may reach the gateway, and whom it reaches by which way. */
export function Network({ settings: { allowedOrigins, allowedHosts, local, proxy }, onChange }: SettingsPart) {
  const status = useQuery(gateway.status.queryOptions());
  const [wrong, setWrong] = useState<string>();
  const setOrigins = (texts: string[]) => {
    const unknown = texts.find((text) => originOf(text) === undefined);
    setWrong(unknown);
    if (unknown !== undefined) return;
    const origins = new Set(texts.flatMap((text) => originOf(text) ?? []));
    onChange({ allowedOrigins: [...origins] }, { allowedOrigins });
  };
  return (
    <Panel title={t('settings.network')}>
      <Stack gap="sm">
        <Text size="sm">
          {t('settings.address', { address: status.data?.address ?? '…' })}{' '}
          {t(inBrowser ? 'settings.portByFlag' : 'settings.portOfApp')}
        </Text>
        <TagsInput
          label={t('settings.origins')}
          description={t('settings.originsAbout')}
          placeholder="https://chat.example.com"
          error={wrong !== undefined && t('settings.originWrong', { text: wrong })}
          value={allowedOrigins}
          onChange={setOrigins}
        />
        <TagsInput
          label={t('settings.hosts')}
          description={t('settings.hostsAbout')}
          placeholder="gateway.lan"
          value={allowedHosts}
          onChange={(value) => onChange({ allowedHosts: value }, { allowedHosts })}
        />
        <WayOut proxy={proxy} onChange={onChange} />
        <Switch
          label={t('settings.discover')}
          description={t('settings.discoverAbout')}
          checked={local.discover}
          onChange={(event) =>
            onChange({ local: { discover: event.currentTarget.checked } }, { local: { discover: local.discover } })
          }
        />
      </Stack>
    </Panel>
  );
}

/** As a browser names it: without path, whatever was pasted. */
function originOf(text: string): string | undefined {
  const url = URL.parse(text.trim());
  return url !== null && /^https?:$/.test(url.protocol) ? url.origin : undefined;
}
