import { createORPCClient, ORPCError } from '@orpc/client';
import { RPCLink } from '@orpc/client/fetch';
import { RPCLink as PortLink } from '@orpc/client/message-port';
import type { ContractRouterClient } from '@orpc/contract';
import type { contract } from '../contract/index.ts';
import { navigate } from './location.ts';
import { session } from './session.ts';
import { keepNothing } from './store.ts';

/** Whether the page runs in a browser, where the owner has to sign in; the desktop window belongs to the owner already. */
export const inBrowser = location.protocol.startsWith('http');

/** The gateway, whatever carries the calls. */
export const client: ContractRouterClient<typeof contract> = createORPCClient(inBrowser ? overHttp() : overPort());

function overHttp() {
  return new RPCLink({ url: `${location.origin}/rpc` });
}

/** The preload script waits for this message and hands the other end of the channel to the gateway. */
function overPort() {
  const { port1, port2 } = new MessageChannel();
  window.postMessage('gateway-port', '*', [port2]);
  port1.start();
  return new PortLink({ port: port1 });
}

type SignInProof = { code: string } | { token: string } | { email: string; password: string };

/** Whether the gateway has an account to sign in to. */
export async function hasAccount(): Promise<boolean> {
  const response = await fetch('/rpc/session');
  return response.ok && ((await response.json()) as { hasAccount: boolean }).hasAccount;
}

/** Exchanges a one-time code, the owner token, or the account's address and password for a session. False: it was not right. Throws where it was not looked at: the gateway is not reached, or takes no more for now. */
export async function signIn(proof: SignInProof): Promise<boolean> {
  const response = await fetch('/rpc/session', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(proof),
  });
  if (response.status === 401) return false;
  if (!response.ok) throw await failureOf(response);
  session.set('in');
  return true;
}

let spentLink = false;

/** Whether the link by which the page was opened was no good any more. */
export const hasSpentLink = () => spentLink;

/** The link that the gateway prints at its start holds a code. It leaves the address at once: it is good for one time only. */
export async function signInFromLink(): Promise<void> {
  const [, code] = /^#\/sign-in\/([\w-]+)$/.exec(location.hash) ?? [];
  if (code === undefined) return;
  navigate('/', { replace: true });
  // A code that is used up does no harm: another session may be there, and if not, the page asks for a sign-in. Where it was not looked at, nobody knows.
  spentLink = !(await signIn({ code }).catch(() => true));
}

/** Sends a file to lie among the backups; `onProgress` is told the share that is sent, 0..1. */
export function uploadBackup(file: File, onProgress: (share: number) => void): Promise<{ name: string }> {
  // Only this tells how far it is.
  const request = new XMLHttpRequest();
  request.open('POST', '/rpc/backups');
  request.setRequestHeader('content-type', 'application/vnd.sqlite3');
  request.responseType = 'json';
  return new Promise((resolve, reject) => {
    request.upload.onprogress = ({ loaded, total }) => onProgress(loaded / total);
    request.onerror = () => reject(new TypeError('The gateway does not answer.'));
    request.onload = () => {
      if (request.status === 200) resolve(request.response);
      else
        reject(
          new ORPCError(request.response?.code ?? 'internal', {
            status: request.status,
            message: request.response?.message ?? '',
          }),
        );
    };
    request.send(file);
  });
}

interface InvitationInfo {
  name: string;
  /** Null: the account is made by taking it; else its password is chosen anew. */
  email: string | null;
  endsAtMs: number;
}

/** Whom the link of an invitation is for. */
export async function lookAtInvitation(code: string): Promise<InvitationInfo> {
  return (await askOfInvitation('POST', { code })).json();
}

/** Makes the account that the link is for, and signs in to it. */
export async function takeInvitation(input: { code: string; email: string; password: string }): Promise<void> {
  await askOfInvitation('PUT', input);
  session.set('in');
}

/** No call of the contract, as who asks is a stranger still; it fails as one does. */
async function askOfInvitation(method: 'POST' | 'PUT', body: object): Promise<Response> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch('/rpc/invitation', { method, headers, body: JSON.stringify(body) });
  if (response.ok) return response;
  throw await failureOf(response);
}

/** An answer beside the contract, as a call of it fails. `data`: in how many seconds to ask again. */
async function failureOf(response: Response): Promise<ORPCError<string, number>> {
  const answer = (await response.json().catch(() => null)) as { error?: { message?: string } } | null;
  const code = response.headers.get('x-gateway-error') ?? 'internal';
  const data = Number(response.headers.get('retry-after'));
  return new ORPCError(code, { status: response.status, message: answer?.error?.message ?? '', data });
}

/** Nothing of who was signed in stays in this tab: neither what is kept for a reload nor what the page knows. */
export async function signOut(): Promise<void> {
  await fetch('/rpc/session', { method: 'DELETE' });
  keepNothing();
  location.reload();
}
