import { Alert, Code, Group } from '@mantine/core';
import { CopyButton } from './CopyButton.tsx';

/** Something that is kept nowhere: shown this once, to be copied. */
export function SecretOnce({ warning, secret }: { warning: string; secret: string }) {
  return (
    <>
      <Alert color="yellow" variant="outline">
        {warning}
      </Alert>
      <Group gap="xs" wrap="nowrap">
        <Code fz="sm" className="secret" data-testid="secret">
          {secret}
        </Code>
        <CopyButton value={secret} />
      </Group>
    </>
  );
}
