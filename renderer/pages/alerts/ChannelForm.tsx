import { Checkbox, Group, PasswordInput, SegmentedControl, TagsInput, Text, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { AlertChannel, ChannelConfig } from '../../../contract/index.ts';
import { inBrowser } from '../../client.ts';
import { t } from '../../i18n/index.ts';
import { AmountInput } from '../../parts/AmountInput.tsx';
import { FormWindow } from '../../parts/FormWindow.tsx';
import { gateway } from '../../queries.ts';
import { useKept } from '../../use-kept.ts';

const BLANK: { readonly [Kind in ChannelConfig['kind']]: Extract<ChannelConfig, { kind: Kind }> } = {
  desktop: { kind: 'desktop' },
  email: { kind: 'email', host: '', port: 587, secure: false, user: '', password: '', from: '', to: [] },
  slack: { kind: 'slack', url: '' },
  webhook: { kind: 'webhook', url: '', secret: '' },
};
const KINDS = Object.keys(BLANK) as ChannelConfig['kind'][];

/** Without what only the gateway may keep, sealed: the address of a webhook is as good as a password. */
function bare(config: ChannelConfig): ChannelConfig {
  return config.kind === 'email' ? { ...config, password: '' } : BLANK[config.kind];
}

interface ChannelFormProps {
  /** Absent: a new one. What it held before is sealed, so it is entered anew. */
  channel?: AlertChannel;
  onClose(): void;
}

export function ChannelForm({ channel, onClose }: ChannelFormProps) {
  const queries = useQueryClient();
  const place = `channel.${channel?.id ?? 'new'}`;
  const [name, setName] = useKept(`${place}.name`, channel?.name ?? '');
  const [config, setConfig] = useKept<ChannelConfig>(place, BLANK[channel?.kind ?? 'desktop'], bare);
  const onSuccess = () => {
    void queries.invalidateQueries({ queryKey: gateway.alerts.key() });
    onClose();
  };
  const adding = useMutation(gateway.alerts.addChannel.mutationOptions({ onSuccess }));
  const updating = useMutation(gateway.alerts.updateChannel.mutationOptions({ onSuccess }));
  const failed = adding.error ?? updating.error;
  const submit = () => {
    const fields = { name: name.trim() || t(`channel.${config.kind}`), config };
    if (channel === undefined) adding.mutate(fields);
    else updating.mutate({ id: channel.id, ...fields });
  };
  return (
    <FormWindow
      title={channel === undefined ? t('alerts.addChannel') : t('alerts.setUpAnew')}
      error={failed}
      busy={adding.isPending || updating.isPending}
      onSubmit={submit}
      onClose={onClose}
    >
      <SegmentedControl
        aria-label={t('alerts.channelKind')}
        data={KINDS.map((kind) => ({ value: kind, label: t(`channel.${kind}`) }))}
        value={config.kind}
        onChange={(kind) => setConfig(BLANK[kind as ChannelConfig['kind']])}
      />
      {channel !== undefined && config.kind !== 'desktop' && (
        <Text size="sm" c="dimmed">
          {t('alerts.anew')}
        </Text>
      )}
      <ChannelFields config={config} onChange={setConfig} />
      <TextInput
        label={t('alerts.name')}
        placeholder={t(`channel.${config.kind}`)}
        value={name}
        maxLength={100}
        onChange={(event) => setName(event.currentTarget.value)}
      />
    </FormWindow>
  );
}

interface FieldsProps {
  config: ChannelConfig;
  onChange(config: ChannelConfig): void;
}

function ChannelFields({ config, onChange }: FieldsProps) {
  switch (config.kind) {
    case 'desktop':
      return (
        <Text size="sm" c="dimmed">
          {t(inBrowser ? 'channel.desktopLog' : 'channel.desktopAbout')}
        </Text>
      );
    case 'slack':
      return (
        <TextInput
          required
          type="url"
          label={t('channel.slackUrl')}
          placeholder="https://hooks.slack.com/services/…"
          value={config.url}
          onChange={(event) => onChange({ ...config, url: event.currentTarget.value })}
        />
      );
    case 'webhook':
      return (
        <>
          <TextInput
            required
            type="url"
            label={t('channel.url')}
            placeholder="https://example.org/hook"
            value={config.url}
            onChange={(event) => onChange({ ...config, url: event.currentTarget.value })}
          />
          <PasswordInput
            label={t('channel.secret')}
            description={t('channel.secretAbout')}
            autoComplete="off"
            value={config.secret}
            onChange={(event) => onChange({ ...config, secret: event.currentTarget.value })}
          />
        </>
      );
    case 'email':
      return <EmailFields config={config} onChange={onChange} />;
  }
}

interface EmailFieldsProps {
  config: Extract<ChannelConfig, { kind: 'email' }>;
  onChange(config: ChannelConfig): void;
}

function EmailFields({ config, onChange }: EmailFieldsProps) {
  return (
    <>
      <Group align="flex-start" wrap="nowrap">
        <TextInput
          required
          flex={1}
          label={t('channel.host')}
          placeholder="smtp.example.org"
          value={config.host}
          onChange={(event) => onChange({ ...config, host: event.currentTarget.value })}
        />
        <AmountInput
          required
          whole
          w={90}
          label={t('channel.port')}
          min={1}
          max={65_535}
          thousandSeparator=""
          value={config.port}
          onChange={(port) => port !== null && onChange({ ...config, port })}
        />
      </Group>
      <Checkbox
        label={t('channel.secure')}
        checked={config.secure}
        onChange={(event) => onChange({ ...config, secure: event.currentTarget.checked })}
      />
      <TextInput
        label={t('channel.user')}
        autoComplete="off"
        value={config.user}
        onChange={(event) => onChange({ ...config, user: event.currentTarget.value })}
      />
      <PasswordInput
        label={t('channel.password')}
        autoComplete="off"
        value={config.password}
        onChange={(event) => onChange({ ...config, password: event.currentTarget.value })}
      />
      <TextInput
        required
        type="email"
        label={t('channel.from')}
        value={config.from}
        onChange={(event) => onChange({ ...config, from: event.currentTarget.value })}
      />
      <TagsInput
        required
        label={t('channel.to')}
        description={t('channel.toAbout')}
        value={config.to}
        onChange={(to) => onChange({ ...config, to })}
        acceptValueOnBlur
      />
    </>
  );
}
