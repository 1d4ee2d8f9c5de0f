/** What a program would send, in the languages that people paste. */
export interface SnippetInput {
  /** `http://127.0.0.1:4556` */
  address: string;
  /** Undefined: it is read from the environment. */
  key: string | undefined;
  model: string;
  messages: readonly { role: string; content: string }[];
}

export const snippetLanguages = ['curl', 'python', 'typescript'] as const;
export type SnippetLanguage = (typeof snippetLanguages)[number];

const VARIABLE = 'LLM_GATEWAY_KEY';

export function writeSnippet(language: SnippetLanguage, input: SnippetInput): string {
  return writers[language](input);
}

const writers: Record<SnippetLanguage, (input: SnippetInput) => string> = {
  curl({ address, key, model, messages }) {
    const body = JSON.stringify({ model, messages }, null, 2).replaceAll("'", "'\\''");
    return [
      `curl ${address}/v1/chat/completions \\`,
      `  -H "Authorization: Bearer ${key ?? `$${VARIABLE}`}" \\`,
      '  -H "Content-Type: application/json" \\',
      `  -d '${body}'`,
    ].join('\n');
  },
  python({ address, key, model, messages }) {
    return [
      ...(key === undefined ? ['import os', ''] : []),
      'from openai import OpenAI',
      '',
      `client = OpenAI(base_url="${address}/v1", api_key=${key === undefined ? `os.environ["${VARIABLE}"]` : `"${key}"`})`,
      'reply = client.chat.completions.create(',
      `    model=${JSON.stringify(model)},`,
      `    messages=${indent(JSON.stringify(messages, null, 4), 4)},`,
      ')',
      'print(reply.choices[0].message.content)',
    ].join('\n');
  },
  typescript({ address, key, model, messages }) {
    return [
      "import OpenAI from 'openai';",
      '',
      `const client = new OpenAI({ baseURL: '${address}/v1', apiKey: ${key === undefined ? `process.env.${VARIABLE}` : `'${key}'`} });`,
      'const reply = await client.chat.completions.create({',
      `  model: ${JSON.stringify(model)},`,
      `  messages: ${indent(JSON.stringify(messages, null, 2), 2)},`,
      '});',
      'console.log(reply.choices[0].message.content);',
    ].join('\n');
  },
};

/** Variables that most tools and libraries read by themselves. */
export function writeEnvironment({ address, key }: Pick<SnippetInput, 'address' | 'key'>): string {
  const value = key ?? 'gw_…';
  return [
    `export OPENAI_BASE_URL=${address}/v1`,
    `export OPENAI_API_KEY=${value}`,
    `export ANTHROPIC_BASE_URL=${address}`,
    `export ANTHROPIC_AUTH_TOKEN=${value}`,
  ].join('\n');
}

function indent(text: string, by: number): string {
  return text.replaceAll('\n', `\n${' '.repeat(by)}`);
}
