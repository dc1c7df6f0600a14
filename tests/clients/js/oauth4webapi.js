// oauth4webapi: what openid-client is made of, by hand and with the discovery of RFC 8414 as well.

import assert from 'node:assert/strict';
import * as oauth from 'oauth4webapi';
import { KEYED, privateKey } from './lib/keys.js';
import { CALLBACK, issuer, it, refuses, secret } from './lib/run.js';
import { Visitor } from './lib/visitor.js';

const CLIENTS = [
  ['native', 'RS256', oauth.None()],
  ['native-es256', 'ES256', oauth.None()],
  ['native-eddsa', 'EdDSA', oauth.None()],
  ['web-basic', 'RS256', oauth.ClientSecretBasic(secret)],
  ['web-post', 'RS256', oauth.ClientSecretPost(secret)],
];
for (const [alg, id] of KEYED) {
  CLIENTS.push([id, 'RS256', oauth.PrivateKeyJwt(await privateKey(alg))]);
}

/** The issuer is plain http on this machine, which the library wants to be told. */
const insecure = { [oauth.allowInsecureRequests]: true };

async function discover(algorithm, at = issuer) {
  const url = new URL(at);
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

/** Pushed before the browser is sent, which brings nothing but the reference, and that once (RFC 9126). */
async function pushed(party) {
  const { as, client, auth } = party;
  const asked = await ask(as, client, { prompt: 'consent' });
  const push = async (parameters) => {
    const answer = await oauth.pushedAuthorizationRequest(as, client, auth, parameters, insecure);
    return oauth.processPushedAuthorizationResponse(as, client, answer);
  };
  const { request_uri, expires_in } = await push(asked.url.searchParams);
  assert.equal(expires_in, 60);
  const url = new URL(as.authorization_endpoint);
  // What stands beside the reference counts for nothing (RFC 9126 §4).
  url.search = new URLSearchParams({ client_id: client.client_id, request_uri, state: 'evil', scope: 'x' });
  const visitor = new Visitor('oauth4webapi');
  await redeem(party, asked, await visitor.allow(url));
  assert.equal((await visitor.open(url)).status, 400);
  const elsewhere = new URLSearchParams(asked.url.searchParams);
  elsewhere.set('redirect_uri', 'https://evil.example.com/');
  await refuses('invalid_request', () => push(elsewhere));
  elsewhere.set('request_uri', request_uri);
  await refuses('invalid_request', () => push(elsewhere));
}

/** What its tokens are good for (RFC 7662), until it gives one up and with it all of the sign-in (RFC 7009). */
async function givenUp(party) {
  const { as, client, auth } = party;
  const asked = await ask(as, client, { prompt: 'consent' });
  const tokens = await redeem(party, asked, await new Visitor('oauth4webapi').allow(asked.url));
  const told = async (token) => {
    const answer = await oauth.introspectionRequest(as, client, auth, token, insecure);
    return oauth.processIntrospectionResponse(as, client, answer);
  };
  const isPublic = client.client_id.startsWith('native');
  if (isPublic) await refuses(REFUSED, () => told(tokens.access_token));
  else assert.equal((await told(tokens.refresh_token)).client_id, client.client_id);
  const answer = await oauth.revocationRequest(as, client, auth, tokens.refresh_token, insecure);
  await oauth.processRevocationResponse(answer);
  if (!isPublic) assert.deepEqual(await told(tokens.access_token), { active: false });
  const late = await oauth.userInfoRequest(as, client, tokens.access_token, insecure);
  assert.equal(late.status, 401);
}

/** It comes unknown, registers itself (RFC 7591), and is a client like others. */
async function registers(as, method) {
  const metadata = {
    redirect_uris: [CALLBACK],
    grant_types: ['authorization_code', 'refresh_token'],
    token_endpoint_auth_method: method,
  };
  const answer = await oauth.dynamicClientRegistrationRequest(as, metadata, insecure);
  const client = await oauth.processDynamicClientRegistrationResponse(answer);
  assert.equal(client.token_endpoint_auth_method, method);
  const auth = {
    none: () => oauth.None(),
    client_secret_basic: () => oauth.ClientSecretBasic(client.client_secret),
  };
  await wholeLife({ as, client, auth: auth[method]() });
}

/** A device on which nobody can sign in, by hand (RFC 8628). */
async function device({ as, client, auth }) {
  const asked = new URLSearchParams({ scope: 'openid profile offline_access read' });
  const answer = await oauth.deviceAuthorizationRequest(as, client, auth, asked, insecure);
  const codes = await oauth.processDeviceAuthorizationResponse(as, client, answer);
  assert.deepEqual([codes.interval, codes.expires_in], [1, 600]);
  const poll = async (code = codes.device_code) => {
    const answer = await oauth.deviceCodeGrantRequest(as, client, auth, code, insecure);
    return oauth.processDeviceCodeResponse(as, client, answer);
  };
  const wait = (seconds) => new Promise((done) => setTimeout(done, seconds * 1000));
  await refuses('authorization_pending', () => poll());
  await refuses('slow_down', () => poll());
  await new Visitor('oauth4webapi').decide(codes.verification_uri_complete, codes.user_code, 'allow');
  // Five seconds more, as it was told.
  await wait(6);
  const tokens = await poll();
  const { sub } = oauth.getValidatedIdTokenClaims(tokens);
  const told = await oauth.userInfoRequest(as, client, tokens.access_token, insecure);
  assert.equal((await oauth.processUserInfoResponse(as, client, sub, told)).name, 'Oscar');
  await refuses('invalid_grant', () => poll('made up'));
}

/** Tokens that are bound to a key (RFC 9449): a request is made again where the server wants a nonce. */
async function bound({ as, client, auth }, alg, wantsNonces) {
  const DPoP = oauth.DPoP(client, await oauth.generateKeyPair(alg));
  let wanted = 0;
  const again = async (ask) => {
    try {
      return await ask();
    } catch (error) {
      if (!oauth.isDPoPNonceError(error)) throw error;
      wanted += 1;
      return ask();
    }
  };
  const asked = await ask(as, client, { prompt: 'login consent' });
  const answered = await new Visitor('oauth4webapi').allow(asked.url);
  const checked = oauth.validateAuthResponse(as, client, answered, asked.state);
  const tokens = await again(async () => {
    const answer = await oauth.authorizationCodeGrantRequest(
      as, client, auth, checked, CALLBACK, asked.verifier, { DPoP, ...insecure });
    return oauth.processAuthorizationCodeResponse(as, client, answer, { expectedNonce: asked.nonce });
  });
  assert.equal(tokens.token_type, 'dpop');
  assert.equal(wanted, wantsNonces ? 1 : 0);
  const { sub } = oauth.getValidatedIdTokenClaims(tokens);
  const told = (token, options) => again(async () => {
    const answer = await oauth.userInfoRequest(as, client, token, { ...options, ...insecure });
    return oauth.processUserInfoResponse(as, client, sub, answer);
  });
  assert.equal((await told(tokens.access_token, { DPoP })).name, 'Oscar');
  await refuses(REFUSED, () => told(tokens.access_token, {}));

  const fresh = await again(async () => {
    const answer = await oauth.refreshTokenGrantRequest(
      as, client, auth, tokens.refresh_token, { DPoP, ...insecure });
    return oauth.processRefreshTokenResponse(as, client, answer);
  });
  assert.equal(fresh.token_type, 'dpop');
  await told(fresh.access_token, { DPoP });
}

/** Another nonce than that of the request, which the library alone can notice. */
async function foreignNonce(party) {
  const asked = await ask(party.as, party.client, { prompt: 'consent' });
  const callback = await new Visitor('oauth4webapi').allow(asked.url);
  await refuses('OAUTH_JWT_CLAIM_COMPARISON_FAILED', () =>
    redeem(party, { ...asked, nonce: 'another' }, callback));
}

/** A client that does not prove itself is challenged (RFC 6749 §5.2), and that is all this library tells. */
const REFUSED = 'OAUTH_WWW_AUTHENTICATE_CHALLENGE';

/** Assertions of which something is not as it has to be, made by the library's own means. */
async function forgedAssertions(as, client_id, alg) {
  const client = { client_id };
  const ask = async (change, key = alg) => {
    const auth = oauth.PrivateKeyJwt(await privateKey(key), { [oauth.modifyAssertion]: change });
    const answer = await oauth.refreshTokenGrantRequest(as, client, auth, 'none', insecure);
    return oauth.processRefreshTokenResponse(as, client, answer);
  };
  const jti = oauth.generateRandomState();
  const once = (header, payload) => { payload.jti = jti; };
  // Whose refresh token is none has proven itself.
  await refuses('invalid_grant', () => ask(once));
  await refuses(REFUSED, () => ask(once));
  await refuses(REFUSED, () => ask((header, payload) => { payload.aud = as.token_endpoint; }));
  await refuses(REFUSED, () => ask((header, payload) => { payload.aud = [as.issuer, 'other']; }));
  await refuses(REFUSED, () => ask((header, payload) => { payload.exp += 3600; }));
  await refuses(REFUSED, () => ask((header, payload) => { payload.iss = 'web-basic'; }));
  await refuses('invalid_request', () => ask((header, payload) => { payload.sub = 'web-basic'; }));
  await refuses(REFUSED, () => ask((header) => { header.kid = 'another'; }));
  const [other] = KEYED.find(([another]) => another !== alg);
  await refuses(REFUSED, () => ask(() => {}, other));
  await refuses(REFUSED, () => ask((header) => { header.kid = `clients-${alg.toLowerCase()}`; }, other));
}

const as = await discover('oidc');
for (const [alg, id] of KEYED) {
  await it(`oauth4webapi: ${id} proves itself by ${alg}, once each time`, () => forgedAssertions(as, id, alg));
}
await it('oauth4webapi: RFC 8414 and OpenID Connect say the same', async () =>
  assert.deepEqual(await discover('oauth2'), as));
for (const [client_id, alg, auth] of CLIENTS) {
  const party = { as, client: { client_id, id_token_signed_response_alg: alg }, auth };
  await it(`oauth4webapi: ${client_id}, ${alg}`, () => wholeLife(party));
  await it(`oauth4webapi: ${client_id} notices what was changed`, () => negatives(party));
  await it(`oauth4webapi: ${client_id} pushes its request`, () => pushed(party));
  await it(`oauth4webapi: ${client_id} gives up a token`, () => givenUp(party));
  await it(`oauth4webapi: ${client_id} notices a foreign nonce`, () => foreignNonce(party));
}
for (const method of ['none', 'client_secret_basic']) {
  await it(`oauth4webapi: registers itself, ${method}`, () => registers(as, method));
}
for (const [client_id, auth] of [['tv', oauth.None()], ['box', oauth.ClientSecretBasic(secret)]]) {
  const party = { as, client: { client_id }, auth };
  await it(`oauth4webapi: ${client_id}, a device`, () => device(party));
}
for (const tenant of ['acme', 'nonces']) {
  const as = await discover('oauth2', issuer.replace(/acme$/, tenant));
  for (const [client_id, , auth] of CLIENTS.filter(([id]) => ['native', 'web-basic'].includes(id))) {
    const party = { as, client: { client_id, id_token_signed_response_alg: 'RS256' }, auth };
    for (const alg of ['ES256', 'PS256', 'RS256', 'Ed25519']) {
      const name = `oauth4webapi: ${client_id} at ${tenant} has a key, ${alg}`;
      await it(name, () => bound(party, alg, tenant === 'nonces'));
    }
  }
}
