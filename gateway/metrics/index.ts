import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Settings } from '../../contract/settings.ts';
import { GatewayError } from '../errors.ts';
import { isMadeHere, type RequestRow } from '../ledger/index.ts';
import type { Limits } from '../limits/index.ts';
import type { Metrics } from './registry.ts';

interface MetricsOptions {
  settings(): Settings;
  authorizeOwner(request: FastifyRequest): Promise<boolean>;
  limits: Limits;
  inProgress(): number;
}

/** `GET /metrics` for Prometheus: 404 unless it is switched on, then for the owner and, if the setting says so, for this machine. */
export function mountMetrics(
  fastify: FastifyInstance,
  { settings, authorizeOwner, limits, inProgress }: MetricsOptions,
): { recorded(rows: readonly RequestRow[]): void } {
  let metrics: Metrics | undefined;
  let loading: Promise<Metrics> | undefined;

  /** Its library is loaded when it is first needed. */
  function load(): Promise<Metrics> {
    loading ??= import('./registry.ts').then(({ createMetrics }) => {
      metrics = createMetrics({ limits, inProgress });
      return metrics;
    });
    return loading;
  }

  if (settings().metrics.enabled) void load();

  fastify.get('/metrics', async (request, reply) => {
    const { enabled, loopback } = settings().metrics;
    if (!enabled) {
      throw new GatewayError('not_found', 'Metrics are switched off. Switch them on in the dashboard under Settings.');
    }
    if (!(loopback && isLocal(request)) && !(await authorizeOwner(request))) {
      throw new GatewayError('missing_key', 'Metrics need the owner token: "Authorization: Bearer …".');
    }
    const { contentType, write } = await load();
    return reply.type(contentType).send(await write());
  });

  return {
    recorded(rows) {
      if (!settings().metrics.enabled) return;
      const own = rows.filter(({ id }) => isMadeHere(id));
      if (metrics !== undefined) metrics.add(own);
      else void load().then(({ add }) => add(own));
    },
  };
}

/** What a proxy on this machine passes on comes from elsewhere. */
function isLocal({ raw: { socket, headers } }: FastifyRequest): boolean {
  const { remoteAddress = '' } = socket;
  const isLoopback = /^(::ffff:)?127\./.test(remoteAddress) || remoteAddress === '::1';
  return isLoopback && headers['x-forwarded-for'] === undefined && headers.forwarded === undefined;
}
