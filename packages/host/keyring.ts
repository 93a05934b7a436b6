import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createPrivateKey,
  createPublicKey,
  hkdfSync,
  randomBytes,
  sign,
  verify,
  type KeyObject,
} from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { PavedError } from '@paved/kernel';

/** Keys that live outside the database. Everything derives from one 32-byte master key per purpose. */
export interface Keyring {
  /** Encrypts with AES-256-GCM under a key derived for `purpose`; gives `v1.<nonce>.<tag>.<ciphertext>` (base64url). */
  seal(purpose: string, clear: string): string;
  /** Decrypts what `seal` made. Throws `internal` when the key or the text does not fit. */
  open(purpose: string, sealed: string): string;
  /** 32 derived bytes, for libraries that want a secret of their own. */
  derive(purpose: string): Buffer;
  /** Keyed digest (HMAC-SHA-256, base64url). */
  digest(purpose: string, text: string): string;
  /** Ed25519 signature (base64) by the platform's signing key. */
  sign(data: Uint8Array): string;
  verify(data: Uint8Array, signature: string): boolean;
  /** The signing key's public half, PEM (SPKI), and its id (first 16 hex digits of its SHA-256). */
  publicKey(): { pem: string; keyId: string };
}

const PKCS8_ED25519 = Buffer.from('302e020100300506032b657004220420', 'hex');

/** Reads the master key from `PAVED_MASTER_KEY` (base64, 32 bytes) or `<dir>/master.key`, made on first start (mode 0600). */
export function openKeyring(dir: string, fromEnvironment?: string): Keyring {
  return keyringOf(
    fromEnvironment === undefined ? readOrCreate(path.join(dir, 'master.key')) : decodeMaster(fromEnvironment, 'PAVED_MASTER_KEY'),
  );
}

function readOrCreate(file: string): Buffer {
  if (!existsSync(file)) {
    mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
    try {
      writeFileSync(file, `${randomBytes(32).toString('base64')}\n`, { mode: 0o600, flag: 'wx' });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
  return decodeMaster(readFileSync(file, 'utf8'), file);
}

function decodeMaster(text: string, where: string): Buffer {
  const bytes = Buffer.from(text.trim(), 'base64');
  if (bytes.length !== 32) {
    throw new PavedError('invalid', `The master key in ${where} is not 32 bytes of base64.`, {
      fix: 'Restore the file from your backup; sealed secrets cannot be read without it.',
    });
  }
  return bytes;
}

function keyringOf(master: Buffer): Keyring {
  const derive = (purpose: string): Buffer => Buffer.from(hkdfSync('sha256', master, 'paved', purpose, 32));
  const cache = new Map<string, Buffer>();
  const keyFor = (purpose: string): Buffer => {
    const known = cache.get(purpose) ?? derive(purpose);
    cache.set(purpose, known);
    return known;
  };
  let privateKey: KeyObject | undefined;
  const signing = (): KeyObject =>
    (privateKey ??= createPrivateKey({ key: Buffer.concat([PKCS8_ED25519, derive('signing')]), format: 'der', type: 'pkcs8' }));
  return {
    seal(purpose, clear) {
      const nonce = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', keyFor(purpose), nonce);
      const text = Buffer.concat([cipher.update(clear, 'utf8'), cipher.final()]);
      return ['v1', nonce, cipher.getAuthTag(), text].map((p) => (typeof p === 'string' ? p : p.toString('base64url'))).join('.');
    },
    open(purpose, sealed) {
      const [version, nonce, tag, text] = sealed.split('.');
      try {
        if (version !== 'v1' || nonce === undefined || tag === undefined || text === undefined) throw new Error('unknown form');
        const decipher = createDecipheriv('aes-256-gcm', keyFor(purpose), Buffer.from(nonce, 'base64url'));
        decipher.setAuthTag(Buffer.from(tag, 'base64url'));
        return Buffer.concat([decipher.update(Buffer.from(text, 'base64url')), decipher.final()]).toString('utf8');
      } catch (cause) {
        throw new PavedError('internal', 'A sealed value cannot be opened with this master key.', { cause });
      }
    },
    derive,
    digest: (purpose, text) => createHmac('sha256', keyFor(purpose)).update(text).digest('base64url'),
    sign: (data) => sign(null, data, signing()).toString('base64'),
    verify: (data, signature) => verify(null, data, createPublicKey(signing()), Buffer.from(signature, 'base64')),
    publicKey() {
      const key = createPublicKey(signing());
      const der = key.export({ type: 'spki', format: 'der' });
      const keyId = createHmac('sha256', 'paved-key-id').update(der).digest('hex').slice(0, 16);
      return { pem: key.export({ type: 'spki', format: 'pem' }).toString(), keyId };
    },
  };
}
