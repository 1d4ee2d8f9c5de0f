import { useMantineColorScheme } from '@mantine/core';
import { useEffect } from 'react';
import { client, inBrowser } from './client.ts';
import { useDesktop } from './desktop.ts';
import { type Language, languageOf, speak } from './i18n/index.ts';
import { showFailure } from './notices.tsx';

type Theme = 'light' | 'dark' | 'auto';

interface Look {
  theme: Theme;
  chooseTheme(theme: Theme): void;
  chooseLanguage(language: Language): void;
}

/** How the page looks and speaks. A browser keeps its own choice; in the window it is the app's, which tray and dialogs follow too. */
export function useLook(): Look {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return {
    theme: colorScheme,
    chooseTheme(theme) {
      setColorScheme(theme);
      if (!inBrowser) client.desktop.update({ theme: theme === 'auto' ? 'system' : theme }).catch(showFailure);
    },
    chooseLanguage(language) {
      void speak(language);
      if (!inBrowser) client.desktop.update({ language }).catch(showFailure);
    },
  };
}

/** In the window: follows the app's preferences, wherever they were changed. */
export function useDesktopLook(): void {
  const { setColorScheme } = useMantineColorScheme();
  const { theme, language } = useDesktop()?.preferences ?? {};
  useEffect(() => {
    if (theme !== undefined) setColorScheme(theme === 'system' ? 'auto' : theme);
  }, [theme, setColorScheme]);
  useEffect(() => {
    if (language !== undefined) void speak(languageOf(language === 'system' ? navigator.language : language));
  }, [language]);
}
