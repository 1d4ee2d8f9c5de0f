import type { Logger } from '../gateway/host.ts';
import { StartFailure } from './start-failure.ts';

interface EnvironmentKey {
  provider: string;
  key: string;
  variable: string;
}

interface ProviderSettings {
  environmentKeys: EnvironmentKey[];
  /** Provider id → base URL. */
  baseUrls: Record<string, string>;
}

// Of two variables for one provider the first that is set counts.
const keyVariables: [variable: string, provider: string][] = [
  ['OPENAI_API_KEY', 'openai'],
  ['ANTHROPIC_API_KEY', 'anthropic'],
  ['GEMINI_API_KEY', 'gemini'],
  ['GOOGLE_API_KEY', 'gemini'],
];

const urlVariables: [variable: string, provider: string][] = [
  ['OPENAI_BASE_URL', 'openai'],
  ['ANTHROPIC_BASE_URL', 'anthropic'],
  ['GEMINI_BASE_URL', 'gemini'],
];

/**
 * Takes provider keys and base URLs out of the environment. The key variables are deleted from it, so that child processes,
 * crash reports and diagnostics of this run cannot show them.
 */
export function takeProviderSettings(environment: NodeJS.ProcessEnv, log: Logger): ProviderSettings {
  const settings: ProviderSettings = { environmentKeys: [], baseUrls: {} };
  for (const [variable, provider] of keyVariables) {
    const key = environment[variable]?.trim();
    delete environment[variable];
    if (!key || settings.environmentKeys.some((taken) => taken.provider === provider)) continue;
    if (!/^[\x21-\x7e]+$/.test(key)) {
      log.warn(`${variable} holds characters that no key has. It is not used.`);
      continue;
    }
    settings.environmentKeys.push({ provider, key, variable });
  }
  for (const [variable, provider] of urlVariables) {
    const url = environment[variable]?.trim();
    if (!url) continue;
    if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
      throw new StartFailure(`${variable} must be a URL that begins with http:// or https://.`);
    }
    settings.baseUrls[provider] = url.replace(/\/+$/, '');
  }
  return settings;
}
