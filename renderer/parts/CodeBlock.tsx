import { Box } from '@mantine/core';
import { CopyButton } from './CopyButton.tsx';

/** Text to copy, as it is. */
export function CodeBlock({ code, label }: { code: string; label: string }) {
  return (
    <Box pos="relative">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached from the keyboard. */}
      <section className="code" tabIndex={0} aria-label={label}>
        <pre>{code}</pre>
      </section>
      <Box pos="absolute" top={0} right={0} px={6} py={3} bg="var(--shade-sunken)" style={{ borderRadius: 8 }}>
        <CopyButton value={code} />
      </Box>
    </Box>
  );
}
