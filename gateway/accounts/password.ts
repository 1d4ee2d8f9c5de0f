import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';

/** OWASP's current minimum for scrypt (Password Storage Cheat Sheet, read 2026-11): N = 2^17, r = 8, p = 1. Takes 128 MiB for a moment. */
const COST = { logN: 17, r: 8, p: 1 };
const HASH_BYTES = 32;
const MAX_MEMORY = 256 * 1024 * 1024;

/** `scrypt$logN$r$p$salt$hash`, base64url: with its own parameters, so that later ones can be stronger. */
export async function hashPassword(password: string): Promise<string> {
  const { logN, r, p } = COST;
  const salt = randomBytes(16);
  const hash = await derive(password, salt, COST);
  return ['scrypt', logN, r, p, salt.toString('base64url'), hash.toString('base64url')].join('$');
}

/** In constant time. False for what is no hash of ours. */
export async function verifyPassword(password: string, stored: string): Promise<boolean> {
  const [kind, logN, r, p, salt, hash] = stored.split('$');
  if (kind !== 'scrypt' || salt === undefined || hash === undefined) return false;
  const wanted = Buffer.from(hash, 'base64url');
  const cost = { logN: Number(logN), r: Number(r), p: Number(p) };
  return timingSafeEqual(await derive(password, Buffer.from(salt, 'base64url'), cost), wanted);
}

/** Unicode writes some letters in two ways; keyboards differ in which. */
function derive(password: string, salt: Buffer, { logN, r, p }: typeof COST): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(password.normalize('NFKC'), salt, HASH_BYTES, { N: 2 ** logN, r, p, maxmem: MAX_MEMORY }, (error, hash) =>
      error === null ? resolve(hash) : reject(error),
    );
  });
}
