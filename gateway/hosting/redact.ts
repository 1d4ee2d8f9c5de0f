const KEY = /\b(sk-|csk-|tgp_|gw_|gwo_|AIza|AQ\.|xai-|gsk_|Bearer )[\w*.…-]{4,}/g;

/** Cuts out what looks like a key: no part of one may reach a client, the ledger, a log or a report. */
export function redact(text: string): string {
  return text.replace(KEY, '[key]');
}

/** Writes `~` for the home directory, whose name is often the person's; also where it stands in JSON, with each backslash twice. */
export function hideHome(text: string, home: string): string {
  // Nobody's: that of a container, or none.
  if (home.length < 2) return text;
  return text.replaceAll(JSON.stringify(home).slice(1, -1), '~').replaceAll(home, '~');
}
