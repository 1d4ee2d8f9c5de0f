import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { GatewayError } from '../errors.ts';
import type { Ledger } from '../ledger/index.ts';

/** `GET /api/requests.csv` and `.json`: what the filter of a page leaves, as a file. */
export function mountDownloads(scope: FastifyInstance, ledger: Pick<Ledger, 'page'>): void {
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
      const { format: _, sort, ...filter } = parsed.data;
      const type = format === 'csv' ? 'text/csv; charset=utf-8; header=present' : 'application/json; charset=utf-8';
      return reply
        .header('content-type', type)
        .header('content-disposition', `attachment; filename="llm-gateway-requests.${format}"`)
        .send(Readable.from(exportRequests(ledger, format, { sort, filter })));
    });
  }
}
