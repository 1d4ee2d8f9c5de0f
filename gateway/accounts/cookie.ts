import type { IncomingHttpHeaders } from 'node:http';

/** Cookies know no ports: without this any page of `localhost`, such as a project that is being developed, could act with the owner's. */
export function isOwnPage({ host, origin, 'sec-fetch-site': site }: IncomingHttpHeaders): boolean {
  if (origin !== undefined) return origin === `http://${host}` || origin === `https://${host}`;
  return site === 'same-origin';
}

/** Only paths under `/rpc` are sent it: other servers of this machine, on other ports, never see it in passing. */
export function writeCookie(token: string, maxAgeS: number): string {
  return `gateway_session=${token}; Path=/rpc; Max-Age=${maxAgeS}; HttpOnly; SameSite=Strict`;
}

export function readCookie({ cookie }: IncomingHttpHeaders): string | undefined {
  return cookie === undefined
    ? undefined
    : /(?:^|;\s*)gateway_session=([\w-]+\.[\w-]+\.[\w-]+)(?:;|$)/.exec(cookie)?.[1];
}
