const KEY = /\b(sk-|csk-|tgp_|gw_|gwo_|AIza|AQ\.|xai-|gsk_|Bearer )[\w*.…-]{4,}/g;

/** Cuts out what looks like a key: no part of one may reach a client, the ledger, a log or a report. */
export function redact(text: string): string {
  return text.replace(KEY, '[key]');
}
