// The private keys of clients that prove themselves by one. They are known to everybody, and good for these
// checks alone; the public halves are in the provisioning file.

import { readFileSync } from 'node:fs';

const KEYS = JSON.parse(readFileSync(new URL('../../keys/private.json', import.meta.url), 'utf8'));
const KINDS = {
  ES256: { name: 'ECDSA', namedCurve: 'P-256' },
  EdDSA: { name: 'Ed25519' },
  RS256: { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' },
  PS256: { name: 'RSA-PSS', hash: 'SHA-256' },
};

/** The algorithms, and the name of the client that has a key for each. */
export const KEYED = Object.keys(KINDS).map((alg) => [alg, `web-${alg.toLowerCase()}`]);

/** A key as these libraries want it. */
export async function privateKey(alg) {
  const { kid, alg: _, ...jwk } = KEYS[alg];
  return { kid, key: await crypto.subtle.importKey('jwk', jwk, KINDS[alg], false, ['sign']) };
}
