import { createHmac } from 'node:crypto';
import { Agent } from 'undici';
import type { ChannelConfig } from '../../contract/index.ts';
import type { Settings } from '../../contract/settings.ts';
import type { Notice } from '../host.ts';
import { createProxyAgent } from '../proxy.ts';

/** What goes out. */
export interface Message {
  id: string;
  rule: string;
  kind: string;
  firedAtMs: number;
  title: string;
  body: string;
  page: string | null;
}

/** Why a message did not get through. Never holds a secret. */
export interface SendFailure {
  why: string;
  /** Trying again would change nothing: the address or the password is wrong. */
  isFinal: boolean;
}

const TIMEOUT_MS = 10_000;

/** How a message leaves this machine. */
export interface Ways {
  notify(notice: Notice): void;
  proxy(): Settings['proxy'];
}

/** Sends once. Undefined: it arrived. */
export async function send(
  config: ChannelConfig,
  message: Message,
  { notify, proxy }: Ways,
): Promise<SendFailure | undefined> {
  try {
    switch (config.kind) {
      case 'desktop':
        notify({ kind: 'alert', title: message.title, body: message.body, page: message.page ?? '/alerts' });
        return undefined;
      case 'email':
        return await sendMail(config, message);
      case 'slack':
        return await post(proxy(), {
          url: config.url,
          body: JSON.stringify({ text: `*${escapeSlack(message.title)}*\n${escapeSlack(message.body)}` }),
          headers: {},
        });
      case 'webhook': {
        const body = JSON.stringify({ type: 'alert', ...message });
        const headers =
          config.secret === '' ? {} : { 'x-gateway-signature': signatureOf(body, config.secret, Date.now()) };
        return await post(proxy(), { url: config.url, body, headers });
      }
    }
  } catch (error) {
    return { why: `It could not be reached (${codeOf(error)}).`, isFinal: false };
  }
}

/** `t=<seconds>,v1=<hex>`: HMAC-SHA256 over `<seconds>.<body>`, so that a message cannot be sent again later by someone else. */
function signatureOf(body: string, secret: string, atMs: number): string {
  const seconds = Math.floor(atMs / 1000);
  return `t=${seconds},v1=${createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex')}`;
}

interface Post {
  url: string;
  body: string;
  headers: Record<string, string>;
}

async function post(proxy: Settings['proxy'], { url, body, headers }: Post): Promise<SendFailure | undefined> {
  const options = { connect: { timeout: TIMEOUT_MS } };
  const dispatcher = createProxyAgent(url, proxy, options) ?? new Agent(options);
  try {
    const { origin, pathname, search } = new URL(url);
    const answer = await dispatcher.request({
      origin,
      path: pathname + search,
      method: 'POST',
      headers: { 'content-type': 'application/json', 'user-agent': 'llm-gateway', ...headers },
      body,
      headersTimeout: TIMEOUT_MS,
      bodyTimeout: TIMEOUT_MS,
    });
    await answer.body.dump();
    const { statusCode } = answer;
    if (statusCode < 300) return undefined;
    const isFinal = statusCode < 500 && statusCode !== 408 && statusCode !== 429;
    return { why: `It answered with status ${statusCode}.`, isFinal };
  } finally {
    await dispatcher.destroy();
  }
}

type EmailConfig = Extract<ChannelConfig, { kind: 'email' }>;

/** Loaded with the first mail: nobody else needs it. */
async function sendMail(config: EmailConfig, { title, body }: Message): Promise<SendFailure | undefined> {
  const { createTransport } = await import('nodemailer');
  const { host, port, secure, user, password, from, to } = config;
  const transport = createTransport({
    host,
    port,
    secure,
    // A password or an alert never travels in the clear, but to this very machine.
    requireTLS: !secure && !/^(localhost|127(\.\d{1,3}){3}|::1)$/.test(host),
    connectionTimeout: TIMEOUT_MS,
    greetingTimeout: TIMEOUT_MS,
    socketTimeout: TIMEOUT_MS,
    ...(user === '' ? {} : { auth: { user, pass: password } }),
  });
  try {
    await transport.sendMail({ from, to, subject: title, text: `${body}\n\nLLM Gateway` });
    return undefined;
  } catch (error) {
    const code = codeOf(error);
    if (code === 'EAUTH') return { why: 'The mail server refused the user name or the password.', isFinal: true };
    if (code === 'EENVELOPE') return { why: 'The mail server refused an address.', isFinal: true };
    return { why: `The mail could not be sent (${code}).`, isFinal: false };
  } finally {
    transport.close();
  }
}

function escapeSlack(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** A code alone: messages of drivers may quote what they were given. */
function codeOf(error: unknown): string {
  if (typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string')
    return error.code;
  return error instanceof Error ? error.name : 'unknown';
}
