import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import './styles.css';
import { MantineProvider } from '@mantine/core';
import { QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { signInFromLink } from './client.ts';
import { preferredLanguage, speak } from './i18n/index.ts';
import { readPath } from './location.ts';
import { queryClient } from './queries.ts';
import { App } from './shell/App.tsx';
import { startPage } from './shell/pages.ts';
import { theme, variables } from './theme.ts';

const root = document.getElementById('root');
if (root === null) throw new Error('The page has no place to draw in.');
const isLink = location.hash.startsWith('#/sign-in/');
// The gateway works on its answers while the browser draws.
if (!isLink) void startPage(readPath()).catch(() => {});
await Promise.all([speak(preferredLanguage()), signInFromLink()]);
createRoot(root).render(
  <StrictMode>
    <MantineProvider theme={theme} cssVariablesResolver={variables} defaultColorScheme="auto">
      <QueryClientProvider client={queryClient}>
        <App />
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
);
