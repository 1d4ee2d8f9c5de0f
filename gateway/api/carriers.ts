import { OpenAPIGenerator } from '@orpc/openapi';
import { OpenAPIHandler } from '@orpc/openapi/fastify';
import { RPCHandler } from '@orpc/server/fastify';
import { RPCHandler as PortHandler } from '@orpc/server/message-port';
import { ZodToJsonSchemaConverter } from '@orpc/zod/zod4';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { contract } from '../../contract/index.ts';
import { type Caller, OWNER } from '../accounts/index.ts';
import type { ApiRouter } from './router.ts';

/** One end of a channel: Node's `MessagePort` or Electron's `MessagePortMain`. */
export interface OwnerPort {
  on(event: string, listener: (event?: { data: unknown }) => void): unknown;
  postMessage(message: unknown): void;
  start(): void;
}

type Carry = (request: FastifyRequest, reply: FastifyReply, caller: Caller) => Promise<FastifyReply>;

/** What carries the contract. Only `mount.ts` loads this file, and late: oRPC's modules are many. */
export interface Carriers {
  rpc: Carry;
  rest: Carry;
  /** Until the other end closes. What came before is answered too. */
  port(port: OwnerPort): void;
  /** The OpenAPI 3.1 document, as JSON. */
  document(): Promise<string>;
}

export function createCarriers(router: ApiRouter, version: string): Carriers {
  const rpc = new RPCHandler(router);
  const rest = new OpenAPIHandler(router);
  const ports = new PortHandler(router);
  let document: Promise<string> | undefined;
  return {
    rpc: carry((request, reply, context) => rpc.handle(request, reply, { prefix: '/rpc', context })),
    rest: carry((request, reply, context) => rest.handle(request, reply, { prefix: '/api', context })),
    port(port) {
      ports.upgrade(port, { context: { caller: OWNER } });
      port.start();
    },
    document: () => {
      document ??= describe(version);
      return document;
    },
  };
}

type Handle = (
  request: FastifyRequest,
  reply: FastifyReply,
  context: { caller: Caller },
) => Promise<{ matched: boolean }>;

function carry(handle: Handle): Carry {
  return async (request, reply, caller) => {
    const { matched } = await handle(request, reply, { caller });
    if (!matched) {
      const message = `There is no ${request.method} ${request.url.split('?', 1)[0]} here.`;
      reply.code(404).send({ defined: false, code: 'not_found', status: 404, message });
    }
    return reply;
  };
}

async function describe(version: string): Promise<string> {
  const generator = new OpenAPIGenerator({ schemaConverters: [new ZodToJsonSchemaConverter()] });
  const document = await generator.generate(contract, {
    info: {
      title: 'LLM Gateway',
      version,
      description: 'What the owner of a gateway may ask of it. Money is in integer nano-dollars and in dollars.',
    },
    servers: [{ url: '/api' }],
    components: { securitySchemes: { owner: { type: 'http', scheme: 'bearer' } } },
    security: [{ owner: [] }],
  });
  return JSON.stringify(document);
}
