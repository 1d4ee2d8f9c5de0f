import { Code, Stack, Text } from '@mantine/core';
import type { RequestDetail } from '../../../contract/index.ts';
import { t } from '../../i18n/index.ts';

/** What the gateway said of the request in the headers of its reply, and the provider in those of its own. */
export function Headers({ request }: { request: RequestDetail }) {
  const { id, cache, model, provider, complexity, why, losses, errorCode } = request;
  const own = {
    'x-gateway-request-id': id,
    'x-gateway-cache': cache,
    'x-gateway-model': model,
    'x-gateway-provider': provider,
    'x-gateway-complexity': model && complexity,
    'x-gateway-why': why,
    'x-gateway-losses': losses.map(({ field, why: reason }) => `${field}: ${reason}`).join('; ') || null,
    'x-gateway-error': errorCode,
  };
  const headers = Object.entries(own).flatMap(([name, value]) => (value === null ? [] : [{ name, value }]));
  return (
    <Stack gap="xs">
      <HeaderLines headers={headers} />
      {request.answerHeaders.length > 0 && (
        <>
          <Text size="sm">{t('detail.providerHeaders', { provider: provider ?? t('word.provider') })}</Text>
          <HeaderLines headers={request.answerHeaders} />
        </>
      )}
    </Stack>
  );
}

function HeaderLines({ headers }: { headers: RequestDetail['answerHeaders'] }) {
  return (
    <Stack gap={2}>
      {headers.map(({ name, value }) => (
        <Text key={name} size="xs" style={{ overflowWrap: 'anywhere' }}>
          <Code>{name}</Code> {value}
        </Text>
      ))}
    </Stack>
  );
}
