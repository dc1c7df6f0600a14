// oauth4webapi: what openid-client is made of, by hand and with the discovery of RFC 8414 as well.

import assert from 'node:assert/strict';
import * as oauth from 'oauth4webapi';
import { CALLBACK, issuer, it, refuses, secret } from './lib/run.js';
import { Visitor } from './lib/visitor.js';

const CLIENTS = [
  ['native', 'RS256', oauth.None()],
  ['native-es256', 'ES256', oauth.None()],
  ['native-eddsa', 'EdDSA', oauth.None()],
  ['web-basic', 'RS256', oauth.ClientSecretBasic(secret)],
  ['web-post', 'RS256', oauth.ClientSecretPost(secret)],
];

/** The issuer is plain http on this machine, which the library wants to be told. */
const insecure = { [oauth.allowInsecureRequests]: true };

async function discover(algorithm) {
  const url = new URL(issuer);
  const answer = await oauth.discoveryRequest(url, { algorithm, ...insecure });
  return oauth.processDiscoveryResponse(url, answer);
}

async function ask(as, client, more = {}) {
  const verifier = oauth.generateRandomCodeVerifier();
  const [state, nonce] = [oauth.generateRandomState(), oauth.generateRandomNonce()];
  const url = new URL(as.authorization_endpoint);
  url.search = new URLSearchParams({
    response_type: 'code',
    client_id: client.client_id,
    redirect_uri: CALLBACK,
    scope: 'openid profile offline_access read',
    state,
    nonce,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    ...more,
  });
  return { url, state, nonce, verifier };
}

async function redeem({ as, client, auth }, asked, callback, verifier = asked.verifier) {
  const checked = oauth.validateAuthResponse(as, client, callback, asked.state);
  const answer = await oauth.authorizationCodeGrantRequest(
    as, client, auth, checked, CALLBACK, verifier, insecure);
  const expected = { expectedNonce: asked.nonce, requireIdToken: true };
  const tokens = await oauth.processAuthorizationCodeResponse(as, client, answer, expected);
  // Without this the library trusts the connection instead of a key of the JWKS.
  await oauth.validateApplicationLevelSignature(as, answer, insecure);
  return tokens;
}

async function wholeLife(party) {
  const { as, client, auth } = party;
  const visitor = new Visitor('oauth4webapi');
  const asked = await ask(as, client);
  const tokens = await redeem(party, asked, await visitor.allow(asked.url));
  const { sub } = oauth.getValidatedIdTokenClaims(tokens);

  const told = await oauth.userInfoRequest(as, client, tokens.access_token, insecure);
  assert.equal((await oauth.processUserInfoResponse(as, client, sub, told)).name, 'Oscar');

  const refresh = await oauth.refreshTokenGrantRequest(as, client, auth, tokens.refresh_token, insecure);
  const fresh = await oauth.processRefreshTokenResponse(as, client, refresh);
  assert.notEqual(fresh.access_token, tokens.access_token);
  const again = await oauth.userInfoRequest(as, client, fresh.access_token, insecure);
  await oauth.processUserInfoResponse(as, client, sub, again);
}

async function negatives(party) {
  const { as, client } = party;
  const visitor = new Visitor('oauth4webapi');
  const first = await ask(as, client, { prompt: 'none' });
  const nobody = await visitor.pass(first.url);
  await refuses('login_required', () => redeem(party, first, nobody));
  // Errors name the issuer too (RFC 9207 §2).
  nobody.searchParams.set('iss', 'https://evil.example.com');
  await refuses('OAUTH_INVALID_RESPONSE', () => redeem(party, first, nobody));

  const asked = await ask(as, client, { prompt: 'consent' });
  const callback = await visitor.allow(asked.url);
  await refuses('OAUTH_INVALID_RESPONSE', () => redeem(party, { ...asked, state: 'another' }, callback));
  const wrong = oauth.generateRandomCodeVerifier();
  await refuses('invalid_grant', () => redeem(party, asked, callback, wrong));
}

/** Another nonce than that of the request, which the library alone can notice. */
async function foreignNonce(party) {
  const asked = await ask(party.as, party.client, { prompt: 'consent' });
  const callback = await new Visitor('oauth4webapi').allow(asked.url);
  await refuses('OAUTH_JWT_CLAIM_COMPARISON_FAILED', () =>
    redeem(party, { ...asked, nonce: 'another' }, callback));
}

const as = await discover('oidc');
await it('oauth4webapi: RFC 8414 and OpenID Connect say the same', async () =>
  assert.deepEqual(await discover('oauth2'), as));
for (const [client_id, alg, auth] of CLIENTS) {
  const party = { as, client: { client_id, id_token_signed_response_alg: alg }, auth };
  await it(`oauth4webapi: ${client_id}, ${alg}`, () => wholeLife(party));
  await it(`oauth4webapi: ${client_id} notices what was changed`, () => negatives(party));
  await it(`oauth4webapi: ${client_id} notices a foreign nonce`, () => foreignNonce(party));
}
