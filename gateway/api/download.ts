import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import type { Backups } from '../backup/index.ts';
import { GatewayError } from '../errors.ts';
import type { Ledger } from '../ledger/index.ts';
import type { GatewayKeys } from '../vault/index.ts';

/** `GET /api/requests.csv` and `.json`: what the filter of a page leaves, as a file. */
export function mountDownloads(
  scope: FastifyInstance,
  { gatewayKeys, ledger }: { gatewayKeys: Pick<GatewayKeys, 'clientsOf'>; ledger: Pick<Ledger, 'page'> },
): void {
  for (const format of ['csv', 'json'] as const) {
    scope.get(`/api/requests.${format}`, async (request, reply) => {
      const [{ exportInput }, { exportRequests }] = await Promise.all([
        import('../../contract/request.ts'),
        import('./export.ts'),
      ]);
      const parsed = exportInput.safeParse({ ...(request.query as object), format });
      if (!parsed.success) {
        const [issue] = parsed.error.issues;
        const field = issue?.path.join('.') ?? '';
        throw new GatewayError('invalid_request', `${field}: ${issue?.message ?? 'not valid'}`, { field });
      }
      const { format: _, sort, user, ...filter } = parsed.data;
      const clients = user === undefined ? undefined : gatewayKeys.clientsOf(user);
      const type = format === 'csv' ? 'text/csv; charset=utf-8; header=present' : 'application/json; charset=utf-8';
      return reply
        .header('content-type', type)
        .header('content-disposition', `attachment; filename="llm-gateway-requests.${format}"`)
        .send(Readable.from(exportRequests(ledger, format, { sort, filter: { ...filter, clients } })));
    });
  }
}

const BACKUP_TYPE = 'application/vnd.sqlite3';

/**
 * `GET /api/backups/NAME`, and under `/rpc` for the dashboard, whose cookie is sent there alone: a backup as a file. `POST /api/backups` takes
 * one in, of any size, and answers as `data.backUp` does.
 */
export function mountBackups(scope: FastifyInstance, backups: Pick<Backups, 'find' | 'receive'>): void {
  scope.addContentTypeParser(BACKUP_TYPE, (_request, payload, done) => done(null, payload));
  for (const base of ['/api', '/rpc']) {
    scope.get<{ Params: { name: string } }>(`${base}/backups/:name`, async ({ params: { name } }, reply) => {
      const path = await backups.find(name);
      return reply
        .header('content-type', BACKUP_TYPE)
        .header('content-length', (await stat(path)).size)
        .header('content-disposition', `attachment; filename="${name}"`)
        .header('cache-control', 'no-store')
        .send(createReadStream(path));
    });
    scope.post(`${base}/backups`, async ({ body }) => {
      if (!(body instanceof Readable))
        throw new GatewayError('unsupported_media_type', `A backup is sent as ${BACKUP_TYPE}.`);
      return backups.receive(body);
    });
  }
}
