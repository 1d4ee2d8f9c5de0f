type Listener = (event: never) => void;

/** One page, by Chromium's debugging protocol: https://chromedevtools.github.io/devtools-protocol/ (2026-11). */
export interface Target {
  /** Also the id of its top frame. */
  id: string;
  send<Result>(method: string, parameters?: object): Promise<Result>;
  on(event: string, listener: Listener): void;
  close(): void;
}

interface Connection {
  send<Result>(method: string, parameters?: object, sessionId?: string): Promise<Result>;
  on(sessionId: string, event: string, listener: Listener): void;
}

interface Message {
  id?: number;
  sessionId?: string;
  method?: string;
  params?: unknown;
  result?: unknown;
  error?: { message: string };
}

let connection: Promise<Connection> | undefined;

/** An empty page of the Chromium that the launcher has started. Windows that it opens are closed at once. */
export async function openTarget(): Promise<Target> {
  connection ??= connect(process.env.STAND_IN_CHROMIUM ?? '');
  const { send, on } = await connection;
  const { targetId } = await send<{ targetId: string }>('Target.createTarget', { url: 'about:blank' });
  const { sessionId } = await send<{ sessionId: string }>('Target.attachToTarget', { targetId, flatten: true });
  on('', 'Target.targetCreated', ({ targetInfo }: { targetInfo: { targetId: string; openerId?: string } }) => {
    if (targetInfo.openerId === targetId) ignore(send('Target.closeTarget', { targetId: targetInfo.targetId }));
  });
  await send('Target.setDiscoverTargets', { discover: true });
  return {
    id: targetId,
    send: (method, parameters) => send(method, parameters, sessionId),
    on: (event, listener) => on(sessionId, event, listener),
    close: () => ignore(send('Target.closeTarget', { targetId })),
  };
}

/** For what may come to nothing because the page is gone. */
export function ignore(sent: Promise<unknown>): void {
  sent.catch(() => undefined);
}

async function connect(endpoint: string): Promise<Connection> {
  const socket = new WebSocket(endpoint);
  const waiting = new Map<number, (message: Message) => void>();
  const listeners = new Map<string, Listener[]>();
  let last = 0;
  socket.addEventListener('message', ({ data }) => {
    const message = JSON.parse(String(data)) as Message;
    if (message.id !== undefined) {
      waiting.get(message.id)?.(message);
      waiting.delete(message.id);
      return;
    }
    for (const listener of listeners.get(`${message.sessionId ?? ''} ${message.method}`) ?? []) {
      listener(message.params as never);
    }
  });
  await new Promise((resolve, reject) => {
    socket.addEventListener('open', resolve);
    socket.addEventListener('error', () => reject(new Error('Chromium cannot be reached.')));
  });
  return {
    send: <Result>(method: string, params: object = {}, sessionId?: string) =>
      new Promise<Result>((resolve, reject) => {
        const id = ++last;
        waiting.set(id, ({ error, result }) => {
          if (error === undefined) resolve(result as Result);
          else reject(new Error(`${method}: ${error.message}`));
        });
        socket.send(JSON.stringify({ id, method, params, ...(sessionId !== undefined && { sessionId }) }));
      }),
    on(sessionId, event, listener) {
      const key = `${sessionId} ${event}`;
      listeners.set(key, [...(listeners.get(key) ?? []), listener]);
    },
  };
}
