// openid-client 6: each kind of client, as its documentation says.

import assert from 'node:assert/strict';
import * as oidc from 'openid-client';
import { CALLBACK, SIGNED_OUT, issuer, it, refuses, secret } from './lib/run.js';
import { Visitor } from './lib/visitor.js';

const CLIENTS = [
  ['native', {}, oidc.None()],
  ['native-es256', { id_token_signed_response_alg: 'ES256' }, oidc.None()],
  ['native-eddsa', { id_token_signed_response_alg: 'EdDSA' }, oidc.None()],
  ['web-basic', {}, oidc.ClientSecretBasic(secret)],
  ['web-post', {}, oidc.ClientSecretPost(secret)],
];
const SCOPE = 'openid profile email offline_access read';

/** The issuer is plain http on this machine, which the library wants to be told. */
const insecure = { execute: [oidc.allowInsecureRequests] };

/** What the client asks with, and what it expects of the answer. */
async function ask(config, more = {}) {
  const pkceCodeVerifier = oidc.randomPKCECodeVerifier();
  const [expectedState, expectedNonce] = [oidc.randomState(), oidc.randomNonce()];
  const url = oidc.buildAuthorizationUrl(config, {
    redirect_uri: CALLBACK,
    scope: SCOPE,
    state: expectedState,
    nonce: expectedNonce,
    code_challenge: await oidc.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: 'S256',
    ...more,
  });
  return { url, checks: { pkceCodeVerifier, expectedState, expectedNonce, idTokenExpected: true } };
}

async function wholeLife(config, alg, isPublic) {
  const visitor = new Visitor('openid-client');
  const { url, checks } = await ask(config, { max_age: '300' });
  const tokens = await oidc.authorizationCodeGrant(config, await visitor.allow(url), { ...checks, maxAge: 300 });
  const claims = tokens.claims();
  assert.equal(claims.iss, issuer);
  assert.equal(header(tokens.id_token).alg, alg);
  assert.ok(claims.at_hash && claims.auth_time, JSON.stringify(claims));
  const told = await oidc.fetchUserInfo(config, tokens.access_token, claims.sub);
  assert.deepEqual([told.name, told.email, told.email_verified], ['Ophelia', 'ophelia@example.com', true]);

  const fresh = await oidc.refreshTokenGrant(config, tokens.refresh_token);
  assert.notEqual(fresh.access_token, tokens.access_token);
  assert.equal((await oidc.fetchUserInfo(config, fresh.access_token, claims.sub)).sub, claims.sub);

  // Signed in, and allowed before. Nobody is asked, unless anybody could have taken the client's place.
  const again = await ask(config, { prompt: 'none' });
  const silent = await visitor.pass(again.url);
  const grant = () => oidc.authorizationCodeGrant(config, silent, again.checks);
  if (isPublic) await refuses('consent_required', grant);
  else assert.equal((await grant()).claims().sub, claims.sub);

  const end = oidc.buildEndSessionUrl(config, {
    id_token_hint: tokens.id_token,
    post_logout_redirect_uri: SIGNED_OUT,
    state: 'bye',
  });
  assert.equal((await visitor.pass(end)).href, `${SIGNED_OUT}?state=bye`);
  const late = await ask(config, { prompt: 'none' });
  const answer = await visitor.pass(late.url);
  await refuses('login_required', () => oidc.authorizationCodeGrant(config, answer, late.checks));
}

/** The library or the server notices whatever is not as it was. */
async function negatives(config) {
  const visitor = new Visitor('openid-client');
  const first = await ask(config, { prompt: 'login' });
  const cancelled = await visitor.cancel(first.url);
  await refuses('access_denied', () => oidc.authorizationCodeGrant(config, cancelled, first.checks));

  const { url, checks } = await ask(config, { prompt: 'consent' });
  const callback = await visitor.allow(url);
  const grant = (change, url = callback) =>
    oidc.authorizationCodeGrant(config, url, { ...checks, ...change });
  const elsewhere = new URL(callback);
  elsewhere.searchParams.set('iss', 'https://evil.example.com');
  await refuses('OAUTH_INVALID_RESPONSE', () => grant({}, elsewhere));
  await refuses('OAUTH_INVALID_RESPONSE', () => grant({ expectedState: 'another' }));
  await refuses('invalid_grant', () => grant({ pkceCodeVerifier: oidc.randomPKCECodeVerifier() }));
}

const header = (jwt) => JSON.parse(Buffer.from(jwt.split('.')[0], 'base64url'));

for (const [id, metadata, auth] of CLIENTS) {
  const config = await oidc.discovery(new URL(issuer), id, metadata, auth, insecure);
  const alg = metadata.id_token_signed_response_alg ?? 'RS256';
  await it(`openid-client: ${id}, ${alg}`, () => wholeLife(config, alg, id.startsWith('native')));
  await it(`openid-client: ${id} notices what was changed`, () => negatives(config));
}
