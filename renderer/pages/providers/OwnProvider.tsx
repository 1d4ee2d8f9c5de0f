import { Checkbox, PasswordInput, Select, Textarea, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { CustomProvider } from '../../../contract/index.ts';
import { t } from '../../i18n/index.ts';
import { showDone } from '../../notices.tsx';
import { FormWindow } from '../../parts/FormWindow.tsx';
import { gateway } from '../../queries.ts';
import { useKept } from '../../use-kept.ts';
import { Doubt } from './Doubt.tsx';

const dialects: CustomProvider['dialect'][] = ['openai-chat', 'openai-responses', 'anthropic', 'gemini'];

/** Any server that speaks one of the known formats. */
export function OwnProvider({ onClose }: { onClose(): void }) {
  const [id, setId] = useKept('own.id', '');
  const [baseUrl, setBaseUrl] = useKept('own.baseUrl', '');
  const [dialect, setDialect] = useKept<CustomProvider['dialect']>('own.dialect', 'openai-chat');
  const [key, setKey] = useState('');
  const [models, setModels] = useKept('own.models', '');
  const [plain, setPlain] = useState(false);
  const adding = useMutation(
    gateway.providers.add.mutationOptions({
      onSuccess: ({ check, provider }) => {
        if (check.result !== 'works') return;
        showDone(t('providers.added', { name: provider.name }));
        onClose();
      },
    }),
  );
  const submit = () => {
    const names = models.split(/[\s,]+/).filter((name) => name !== '');
    adding.mutate({
      id: id.trim(),
      baseUrl: baseUrl.trim(),
      dialect,
      ...(key.trim() === '' ? { auth: null } : { key: key.trim() }),
      ...(names.length > 0 && { models: names }),
      ...(plain && { allowPlainHttp: true }),
    });
  };
  if (adding.isSuccess && adding.data.check.result !== 'works') {
    const { result, detail } = adding.data.check;
    return <Doubt title={t('providers.addOwn')} status={result} advice={detail} onClose={onClose} />;
  }
  return (
    <FormWindow
      title={t('providers.addOwn')}
      action={t('providers.checkAndAdd')}
      error={adding.error}
      busy={adding.isPending}
      incomplete={id.trim() === '' || baseUrl.trim() === ''}
      onSubmit={submit}
      onClose={onClose}
    >
      <TextInput
        label={t('own.id')}
        description={t('own.idAbout')}
        value={id}
        onChange={(event) => setId(event.currentTarget.value.toLowerCase())}
        data-autofocus
      />
      <TextInput
        label={t('own.baseUrl')}
        placeholder="https://llm.example/v1"
        value={baseUrl}
        onChange={(event) => setBaseUrl(event.currentTarget.value)}
      />
      <Select
        label={t('own.dialect')}
        data={dialects}
        value={dialect}
        allowDeselect={false}
        onChange={(value) => setDialect(dialects.find((one) => one === value) ?? 'openai-chat')}
      />
      <PasswordInput
        label={t('own.key')}
        description={t('own.keyAbout')}
        value={key}
        onChange={(event) => setKey(event.currentTarget.value)}
        autoComplete="off"
        visibilityToggleButtonProps={{ 'aria-label': t('providers.showKey') }}
      />
      <Textarea
        label={t('own.models')}
        description={t('own.modelsAbout')}
        value={models}
        onChange={(event) => setModels(event.currentTarget.value)}
        autosize
      />
      {baseUrl.startsWith('http://') && (
        <Checkbox label={t('own.plain')} checked={plain} onChange={(event) => setPlain(event.currentTarget.checked)} />
      )}
    </FormWindow>
  );
}
