import type { ClientDialect, DialectName } from './chat.ts';

/** How a failed call may be tried again: on the same target, on the next candidate, or not at all. */
type Retry = 'same' | 'next' | 'never';

interface ErrorRow {
  /** HTTP status for the client. */
  status: number;
  retry: Retry;
}

/** The one table of errors. Codes are stable: clients, the ledger and the dashboard know them. */
const ERRORS = {
  invalid_request: { status: 400, retry: 'never' },
  invalid_json: { status: 400, retry: 'never' },
  unsupported: { status: 400, retry: 'next' },
  context_too_long: { status: 400, retry: 'next' },
  missing_key: { status: 401, retry: 'never' },
  invalid_key: { status: 401, retry: 'never' },
  forbidden: { status: 403, retry: 'never' },
  forbidden_host: { status: 403, retry: 'never' },
  forbidden_origin: { status: 403, retry: 'never' },
  not_found: { status: 404, retry: 'never' },
  unknown_model: { status: 404, retry: 'never' },
  conflict: { status: 409, retry: 'never' },
  body_too_large: { status: 413, retry: 'never' },
  too_complex: { status: 413, retry: 'never' },
  unsupported_media_type: { status: 415, retry: 'never' },
  routing_paused: { status: 403, retry: 'never' },
  no_candidate: { status: 400, retry: 'never' },
  no_provider_key: { status: 400, retry: 'never' },
  client_closed: { status: 499, retry: 'never' },
  rate_limited: { status: 429, retry: 'never' },
  budget_exceeded: { status: 429, retry: 'next' },
  internal: { status: 500, retry: 'never' },
  shutting_down: { status: 503, retry: 'never' },
  provider_invalid_request: { status: 400, retry: 'never' },
  provider_refused_key: { status: 401, retry: 'next' },
  provider_forbidden: { status: 403, retry: 'next' },
  provider_no_credit: { status: 402, retry: 'next' },
  provider_unknown_model: { status: 404, retry: 'next' },
  provider_rate_limited: { status: 429, retry: 'same' },
  provider_overloaded: { status: 503, retry: 'same' },
  provider_failed: { status: 502, retry: 'same' },
  provider_unreachable: { status: 502, retry: 'same' },
  provider_timeout: { status: 504, retry: 'next' },
  provider_truncated: { status: 502, retry: 'next' },
  provider_bad_reply: { status: 502, retry: 'next' },
  provider_key_unreadable: { status: 401, retry: 'next' },
} as const satisfies Record<string, ErrorRow>;

export type ErrorCode = keyof typeof ERRORS;

interface ErrorDetails {
  /** HTTP status, where it differs from the table's. */
  status?: number;
  /** The field of the request that is wrong, as a path: `messages[2].content`. */
  field?: string;
  /** Milliseconds after which another try makes sense. */
  retryAfterMs?: number;
  /** Id of the provider that caused it. */
  provider?: string;
  /** The provider's own code or type, for the reader of the message. */
  providerCode?: string;
  /** The provider's own words: a client that speaks the provider's dialect gets them as they came. */
  verbatim?: Verbatim;
  cause?: unknown;
}

export interface Verbatim {
  dialect: DialectName;
  status: number;
  contentType: string;
  body: Buffer;
}

/** Every failure that a client, the ledger or the dashboard sees. The message says what happened and what to do next. */
export class GatewayError extends Error {
  readonly code: ErrorCode;
  readonly status: number;
  readonly retry: Retry;
  readonly field: string | undefined;
  readonly retryAfterMs: number | undefined;
  readonly provider: string | undefined;
  readonly providerCode: string | undefined;
  readonly verbatim: Verbatim | undefined;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'GatewayError';
    this.code = code;
    this.status = details.status ?? ERRORS[code].status;
    this.retry = ERRORS[code].retry;
    this.field = details.field;
    this.retryAfterMs = details.retryAfterMs;
    this.provider = details.provider;
    this.providerCode = details.providerCode;
    this.verbatim = details.verbatim;
  }
}

/**
 * The status that a client of a dialect gets: the provider's own where its words are passed on as they came, else what the error means.
 * Only Anthropic has a status of its own for being overloaded.
 */
export function statusFor(error: GatewayError, dialect: ClientDialect): number {
  if (error.verbatim?.dialect === dialect) return error.verbatim.status;
  return error.code === 'provider_overloaded' && dialect === 'anthropic' ? 529 : error.status;
}

/** Any thrown value as a `GatewayError`: what is not one already becomes `internal`, its own message kept out of sight. */
export function asGatewayError(thrown: unknown): GatewayError {
  if (thrown instanceof GatewayError) return thrown;
  return new GatewayError('internal', 'The gateway failed inside. The log of the gateway says more.', {
    cause: thrown,
  });
}
