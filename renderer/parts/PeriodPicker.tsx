import { Button, Group, Popover, SegmentedControl, Stack, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { type FormEvent, useState } from 'react';
import { t } from '../i18n/index.ts';
import { changeParameters } from '../location.ts';
import { isoDay, type Period, periodNames } from '../period.ts';

/** Which period is shown: one that runs until now, or days of one's own. */
export function PeriodPicker({ period }: { period: Period }) {
  const [open, { toggle, close }] = useDisclosure(false);
  return (
    <Group gap="xs">
      <SegmentedControl
        size="xs"
        aria-label={t('period.label')}
        value={period.name}
        onChange={(range) =>
          changeParameters({ range: range === '7d' ? undefined : range, from: undefined, to: undefined })
        }
        data={periodNames.map((name) => ({ value: name, label: t(`period.${name}`) }))}
      />
      <Popover opened={open} onDismiss={close} trapFocus position="bottom-end" withArrow>
        <Popover.Target>
          <Button
            size="xs"
            variant={period.name === 'custom' ? 'light' : 'default'}
            onClick={toggle}
            aria-expanded={open}
          >
            {t('period.custom')}
          </Button>
        </Popover.Target>
        <Popover.Dropdown>
          <DaysForm period={period} onDone={close} />
        </Popover.Dropdown>
      </Popover>
    </Group>
  );
}

function DaysForm({ period, onDone }: { period: Period; onDone: () => void }) {
  const [from, setFrom] = useState(isoDay(period.fromMs));
  const [to, setTo] = useState(isoDay((period.toMs ?? Date.now()) - 1));
  const wrong = from > to;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (wrong) return;
    changeParameters({ range: undefined, from, to });
    onDone();
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <TextInput type="date" label={t('period.from')} value={from} onChange={(e) => setFrom(e.currentTarget.value)} />
        <TextInput
          type="date"
          label={t('period.to')}
          value={to}
          onChange={(event) => setTo(event.currentTarget.value)}
          error={wrong ? t('period.wrong') : null}
        />
        <Button type="submit" size="xs">
          {t('period.show')}
        </Button>
      </Stack>
    </form>
  );
}
