import type { GatewayError } from '../errors.ts';
import type { Ending } from '../flow.ts';
import type { Exchange } from '../pipeline/exchange.ts';
import type { Provider } from '../providers/catalog.ts';
import type { Upstream } from '../providers/upstream.ts';
import type { Items } from './items.ts';
import type { Outgoing } from './outgoing.ts';
import type { Thoughts } from './thoughts.ts';

export interface RelayInput {
  exchange: Exchange;
  provider: Provider;
  outgoing: Outgoing;
  upstream: Upstream;
  thoughts: Thoughts;
  items: Items;
  /** Told once, when the reply has ended. */
  onEnd(ending: Ending): void;
}

/** One way of carrying a stream. */
export interface Channel {
  /** Pieces of the provider's stream, those of one turn of the event loop. */
  data(pieces: readonly Buffer[]): void;
  end(): Ending;
  broken(error: GatewayError): Ending;
}
