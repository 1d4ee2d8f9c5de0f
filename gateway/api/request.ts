import type { Capture } from '../capture/index.ts';
import { GatewayError } from '../errors.ts';
import type { Ledger } from '../ledger/index.ts';
import { linesOf } from '../models/bill.ts';
import type { Catalogue } from '../models/catalogue.ts';
import type { Base } from './base.ts';
import { exportRequests } from './export.ts';
import { showRequest, showRequestDetail } from './shown.ts';

export interface RequestDependencies {
  capture: Capture;
  catalogue: Pick<Catalogue, 'prices'>;
  ledger: Ledger;
}

export function requestCalls({ requests }: Base, { capture, catalogue, ledger }: RequestDependencies) {
  return {
    page: requests.page.handler(async ({ input: { limit, cursor, sort, user, ...filter }, context: { view } }) => {
      const clients = view.clients(user);
      const { rows, nextCursor } = await ledger.page({ limit, cursor, sort, filter: { ...filter, clients } });
      return { requests: rows.map(showRequest), nextCursor };
    }),
    one: requests.one.handler(async ({ input: { id }, context: { view } }) => {
      const row = await ledger.one(id);
      if (row === null || !view.sees(row.clientId))
        throw new GatewayError('not_found', 'There is no request with this id.', { field: 'id' });
      const kept = catalogue.prices(`${row.provider}/${row.model}`).find(({ version }) => version === row.priceVersion);
      return showRequestDetail(row, linesOf(row, kept), await capture.has(id));
    }),
    export: requests.export.handler(({ input: { format, sort, user, ...filter }, context: { view } }) =>
      exportRequests(ledger, format, { sort, filter: { ...filter, clients: view.clients(user) } }),
    ),
  };
}
