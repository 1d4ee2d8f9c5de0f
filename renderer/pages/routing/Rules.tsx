import { ActionIcon, Button, Group, Menu, Switch, Text } from '@mantine/core';
import { IconGripVertical } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { type KeyboardEvent, useRef, useState } from 'react';
import type { RoutingRule } from '../../../contract/routing.ts';
import { useAsked } from '../../asked.ts';
import { t } from '../../i18n/index.ts';
import { showUndoable } from '../../notices.tsx';
import { MoreMenu } from '../../parts/MoreMenu.tsx';
import { Panel } from '../../parts/Panel.tsx';
import { Row } from '../../parts/Row.tsx';
import { gateway } from '../../queries.ts';
import { RuleForm } from './RuleForm.tsx';
import { emptyRule, moved, sentenceOf } from './rule.ts';

interface RulesProps {
  rules: readonly RoutingRule[];
  onChange(change: (rules: readonly RoutingRule[]) => RoutingRule[]): void;
}

/** What is decided before anything is weighed, in order. Rules are moved by their handle: dragged, or with the arrow keys. */
export function Rules({ rules, onChange }: RulesProps) {
  const adding = useAsked('rule');
  const [editing, setEditing] = useState<RoutingRule>();
  const dragged = useRef<string>(undefined);
  const keys = useQuery(gateway.gatewayKeys.list.queryOptions());
  const nameOf = (id: string) => keys.data?.keys.find((key) => key.id === id)?.name ?? id;

  function put(rule: RoutingRule): void {
    onChange((all) =>
      all.some(({ id }) => id === rule.id) ? all.map((one) => (one.id === rule.id ? rule : one)) : [...all, rule],
    );
    setEditing(undefined);
    if (adding.isOpen) adding.close();
  }

  function remove(rule: RoutingRule, place: number): void {
    onChange((all) => all.filter(({ id }) => id !== rule.id));
    showUndoable(t('rules.removed', { name: rule.name }), () =>
      onChange((all) => all.filter(({ id }) => id !== rule.id).toSpliced(place, 0, rule)),
    );
  }

  function moveByKey(event: KeyboardEvent<HTMLElement>, place: number): void {
    const step = event.key === 'ArrowUp' ? -1 : event.key === 'ArrowDown' ? 1 : 0;
    if (step === 0) return;
    event.preventDefault();
    const handle = event.currentTarget;
    onChange((all) => moved(all, place, place + step));
    // The element is put elsewhere, and loses its focus on the way.
    requestAnimationFrame(() => handle.focus());
  }

  return (
    <Panel
      title={t('rules.title')}
      aside={
        <Button size="compact-sm" variant="default" onClick={adding.open}>
          {t('rules.add')}
        </Button>
      }
    >
      <Text size="sm" c="dimmed" mb="xs">
        {t('rules.about')}
      </Text>
      {rules.map((rule, place) => (
        // biome-ignore lint/a11y/noStaticElementInteractions: dragging is the second way; the handle is a button that the keyboard reaches.
        <div
          key={rule.id}
          draggable
          onDragStart={() => {
            dragged.current = rule.id;
          }}
          onDragOver={(event) => event.preventDefault()}
          onDrop={(event) => {
            event.preventDefault();
            const from = rules.findIndex(({ id }) => id === dragged.current);
            if (from >= 0) onChange((all) => moved(all, from, place));
          }}
        >
          <Row
            name={`${place + 1}. ${rule.name}`}
            icon={
              <ActionIcon
                variant="subtle"
                color="gray"
                style={{ cursor: 'grab' }}
                aria-label={t('rules.move', { name: rule.name })}
                title={t('rules.moveAbout')}
                onKeyDown={(event) => moveByKey(event, place)}
              >
                <IconGripVertical size={16} aria-hidden />
              </ActionIcon>
            }
            about={sentenceOf(rule, nameOf)}
            actions={
              <>
                <Switch
                  size="sm"
                  checked={rule.enabled}
                  aria-label={t('rules.enabled', { name: rule.name })}
                  onChange={(event) => put({ ...rule, enabled: event.currentTarget.checked })}
                />
                <MoreMenu name={rule.name}>
                  <Menu.Item onClick={() => setEditing(rule)}>{t('rules.edit')}</Menu.Item>
                  <Menu.Item color="red" onClick={() => remove(rule, place)}>
                    {t('action.remove')}
                  </Menu.Item>
                </MoreMenu>
              </>
            }
          />
        </div>
      ))}
      {rules.length === 0 && (
        <Group className="line">
          <Text size="sm">{t('rules.none')}</Text>
        </Group>
      )}
      {adding.isOpen && <RuleForm rule={emptyRule()} onSave={put} onClose={adding.close} />}
      {editing && <RuleForm rule={editing} onSave={put} onClose={() => setEditing(undefined)} />}
    </Panel>
  );
}
