import { ActionIcon, Button, FileButton, Group, Paper, Textarea, Tooltip } from '@mantine/core';
import { IconPhotoPlus, IconPlayerStopFilled, IconSend2, IconX } from '@tabler/icons-react';
import { type ClipboardEvent, useState } from 'react';
import { t } from '../../i18n/index.ts';
import { showFailure } from '../../notices.tsx';
import { keep, kept } from '../../store.ts';
import { readPicture } from './pictures.ts';

const MOST_PICTURES = 8;
/** Of what is not sent yet, the name by which this tab keeps it. */
const DRAFT = 'playground.draft';

interface ComposerProps {
  answering: boolean;
  onSend(question: { text: string; images: string[] }): void;
  onStop(): void;
}

/** Where one writes: Enter sends, Shift and Enter breaks the line, pictures can be pasted. */
export function Composer({ answering, onSend, onStop }: ComposerProps) {
  const [text, setText] = useState(() => kept<string>(DRAFT) ?? '');
  const [images, setImages] = useState<string[]>([]);
  const ready = !answering && (text.trim() !== '' || images.length > 0);

  async function add(files: Iterable<File>): Promise<void> {
    try {
      const read = await Promise.all([...files].filter((file) => file.type.startsWith('image/')).map(readPicture));
      setImages((before) => [...before, ...read].slice(0, MOST_PICTURES));
    } catch (error) {
      showFailure(error);
    }
  }

  function write(next: string): void {
    setText(next);
    keep(DRAFT, next === '' ? null : next);
  }

  function send(): void {
    if (!ready) return;
    onSend({ text: text.trim(), images });
    write('');
    setImages([]);
  }

  return (
    <Paper p="sm" bg="var(--surface)">
      {images.length > 0 && (
        <Group gap="xs" mb="xs">
          {images.map((image, index) => (
            <div key={image.slice(-40)} style={{ position: 'relative' }}>
              <img src={image} alt={t('playground.picture', { number: index + 1 })} className="thumbnail" />
              <ActionIcon
                size="xs"
                radius="xl"
                color="gray"
                variant="filled"
                pos="absolute"
                top={-6}
                right={-6}
                aria-label={t('playground.removePicture', { number: index + 1 })}
                onClick={() => setImages(images.filter((one) => one !== image))}
              >
                <IconX size={12} />
              </ActionIcon>
            </div>
          ))}
        </Group>
      )}
      <Textarea
        variant="unstyled"
        autosize
        minRows={2}
        maxRows={10}
        aria-label={t('playground.question')}
        placeholder={t('playground.placeholder')}
        value={text}
        onChange={(event) => write(event.currentTarget.value)}
        onPaste={(event: ClipboardEvent) => void add(event.clipboardData.files)}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
          event.preventDefault();
          send();
        }}
      />
      <Group justify="space-between">
        <FileButton accept="image/png,image/jpeg,image/webp,image/gif" multiple onChange={(files) => void add(files)}>
          {(props) => (
            <Tooltip label={t('playground.addPicture')}>
              <ActionIcon {...props} variant="subtle" color="gray" aria-label={t('playground.addPicture')}>
                <IconPhotoPlus size={18} stroke={1.6} />
              </ActionIcon>
            </Tooltip>
          )}
        </FileButton>
        {answering ? (
          <Button
            size="xs"
            variant="default"
            leftSection={<IconPlayerStopFilled size={14} aria-hidden />}
            onClick={onStop}
          >
            {t('playground.stop')}
          </Button>
        ) : (
          <Button size="xs" leftSection={<IconSend2 size={16} aria-hidden />} onClick={send} disabled={!ready}>
            {t('playground.send')}
          </Button>
        )}
      </Group>
    </Paper>
  );
}
