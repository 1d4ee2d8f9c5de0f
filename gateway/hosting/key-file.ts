import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Cipher, Logger } from '../host.ts';
import { readSecretFile } from './secret-file.ts';
import { StartFailure } from './start-failure.ts';

const algorithm = 'aes-256-gcm';
const keyBytes = 32;

// A sealed text: version (1 byte), mark of the key (4), nonce (12), tag (16), ciphertext.
const version = 1;
const markEnd = 5;
const nonceEnd = markEnd + 12;
const tagEnd = nonceEnd + 16;

/** Seals with AES-256-GCM under `key`, a file of 32 random bytes in the data directory that only its owner may read. */
export async function createFileCipher(dataDirectory: string, log: Logger): Promise<Cipher> {
  const path = join(dataDirectory, 'key');
  const key = await readSecretFile({ path, title: 'key file', make: () => randomBytes(keyBytes) }, log);
  if (key.length !== keyBytes) {
    throw new StartFailure(
      `The key file ${path} is damaged: it holds ${key.length} bytes, not ${keyBytes}. Put it back from a backup, ` +
        'or move it away: a new one is then made, and the provider keys must be entered again.',
    );
  }
  return createCipher(key);
}

function createCipher(key: Buffer): Cipher {
  // Tells "sealed under another key file" from "damaged", and says nothing about the key.
  const mark = createHmac('sha256', key)
    .update('llm-gateway key mark')
    .digest()
    .subarray(0, markEnd - 1);
  const head = Buffer.concat([Buffer.of(version), mark]);
  const bound = Buffer.concat([Buffer.from('llm-gateway sealed text '), head]);

  return {
    async seal(text) {
      const nonce = randomBytes(nonceEnd - markEnd);
      const cipher = createCipheriv(algorithm, key, nonce).setAAD(bound);
      const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return { by: 'file', bytes: Buffer.concat([head, nonce, cipher.getAuthTag(), sealed]) };
    },
    opens: (by) => by === 'file',
    async open({ bytes: sealed }) {
      if (sealed[0] !== version) throw new Error('Sealed by a newer version, or not a sealed text.');
      if (sealed.length < tagEnd) throw new Error('The sealed text is cut short.');
      if (!mark.equals(sealed.subarray(1, markEnd))) throw new Error('Sealed under another key file.');
      const decipher = createDecipheriv(algorithm, key, sealed.subarray(markEnd, nonceEnd), { authTagLength: 16 })
        .setAAD(bound)
        .setAuthTag(sealed.subarray(nonceEnd, tagEnd));
      try {
        const opened = Buffer.concat([decipher.update(sealed.subarray(tagEnd)), decipher.final()]);
        return { text: opened.toString('utf8'), reseal: false };
      } catch (thrown) {
        throw new Error('The sealed text is damaged.', { cause: thrown });
      }
    },
  };
}
