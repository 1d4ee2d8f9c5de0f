import type { Logger } from '../host.ts';
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
  ['CO_API_KEY', 'cohere'],
  ['COHERE_API_KEY', 'cohere'],
  ['GROQ_API_KEY', 'groq'],
  ['MISTRAL_API_KEY', 'mistral'],
  ['DEEPSEEK_API_KEY', 'deepseek'],
  ['XAI_API_KEY', 'xai'],
  ['OPENROUTER_API_KEY', 'openrouter'],
  ['TOGETHER_API_KEY', 'together'],
  ['CEREBRAS_API_KEY', 'cerebras'],
];

const urlVariables: [variable: string, provider: string][] = [
  ['OPENAI_BASE_URL', 'openai'],
  ['ANTHROPIC_BASE_URL', 'anthropic'],
  ['GEMINI_BASE_URL', 'gemini'],
  ['OLLAMA_BASE_URL', 'ollama'],
  ['LMSTUDIO_BASE_URL', 'lmstudio'],
  ['VLLM_BASE_URL', 'vllm'],
];

/**
 * Takes provider keys and base URLs out of the environment. The key variables are deleted from it, so that child processes,
 * crash reports and diagnostics of this run cannot show them. Tools that use the gateway are given the same variables, so what
 * leads back to the gateway on `port` is left out: it would call itself.
 */
export function takeProviderSettings(environment: NodeJS.ProcessEnv, port: number, log: Logger): ProviderSettings {
  return { environmentKeys: takeKeys(environment, log), baseUrls: readBaseUrls(environment, port, log) };
}

function takeKeys(environment: NodeJS.ProcessEnv, log: Logger): EnvironmentKey[] {
  const keys: EnvironmentKey[] = [];
  for (const [variable, provider] of keyVariables) {
    const key = environment[variable]?.trim();
    delete environment[variable];
    if (!key || keys.some((taken) => taken.provider === provider)) continue;
    if (key.startsWith('gw_')) log.warn(`${variable} holds a gateway key, which is for tools. It is not used.`);
    else if (!/^[\x21-\x7e]+$/.test(key)) log.warn(`${variable} holds characters that no key has. It is not used.`);
    else keys.push({ provider, key, variable });
  }
  return keys;
}

function readBaseUrls(environment: NodeJS.ProcessEnv, port: number, log: Logger): Record<string, string> {
  const urls: Record<string, string> = {};
  for (const [variable, provider] of urlVariables) {
    const text = environment[variable]?.trim();
    if (!text) continue;
    const url = URL.canParse(text) ? new URL(text) : undefined;
    if (!url || !/^https?:$/.test(url.protocol)) {
      throw new StartFailure(`${variable} must be a URL that begins with http:// or https://.`);
    }
    if (/^(localhost|127\..*|\[::1\])$/.test(url.hostname) && url.port === String(port)) {
      log.warn(`${variable} leads to this gateway, which is for tools. It is not used.`);
    } else {
      urls[provider] = text.replace(/\/+$/, '');
    }
  }
  return urls;
}
