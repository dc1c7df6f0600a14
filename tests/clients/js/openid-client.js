// openid-client 6: each kind of client, as its documentation says.

import assert from 'node:assert/strict';
import * as oidc from 'openid-client';
import { KEYED, privateKey } from './lib/keys.js';
import { CALLBACK, SIGNED_OUT, issuer, it, refuses, secret } from './lib/run.js';
import { Visitor } from './lib/visitor.js';

const CLIENTS = [
  ['native', {}, oidc.None()],
  ['native-es256', { id_token_signed_response_alg: 'ES256' }, oidc.None()],
  ['native-eddsa', { id_token_signed_response_alg: 'EdDSA' }, oidc.None()],
  ['web-basic', {}, oidc.ClientSecretBasic(secret)],
  ['web-post', {}, oidc.ClientSecretPost(secret)],
];
for (const [alg, id] of KEYED) {
  CLIENTS.push([id, {}, oidc.PrivateKeyJwt(await privateKey(alg))]);
}
const SCOPE = 'openid profile email offline_access read';

/** The issuer is plain http on this machine, which the library wants to be told. */
const insecure = { execute: [oidc.allowInsecureRequests] };

/** What the client asks with, and what it expects of the answer. */
async function ask(config, more = {}, build = oidc.buildAuthorizationUrl) {
  const pkceCodeVerifier = oidc.randomPKCECodeVerifier();
  const [expectedState, expectedNonce] = [oidc.randomState(), oidc.randomNonce()];
  const url = await build(config, {
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

async function wholeLife(config, alg, isAskedAgain) {
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
  if (isAskedAgain) await refuses('consent_required', grant);
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

/** Pushed before the browser is sent, which brings nothing but the reference, and that once (RFC 9126). */
async function pushed(config) {
  const visitor = new Visitor('openid-client');
  const { url, checks } = await ask(config, { prompt: 'consent' }, oidc.buildAuthorizationUrlWithPAR);
  assert.deepEqual([...url.searchParams.keys()].sort(), ['client_id', 'request_uri']);
  assert.match(url.searchParams.get('request_uri'), /^urn:ietf:params:oauth:request_uri:/);
  const tokens = await oidc.authorizationCodeGrant(config, await visitor.allow(url), checks);
  assert.equal(tokens.claims().iss, issuer);
  assert.equal((await visitor.open(url)).status, 400);
  await refuses('invalid_scope', () =>
    ask(config, { scope: 'openid admin' }, oidc.buildAuthorizationUrlWithPAR));
}

/** What its tokens are good for (RFC 7662), until it gives one up and with it all of the sign-in (RFC 7009). */
async function givenUp(config, id) {
  const visitor = new Visitor('openid-client');
  const { url, checks } = await ask(config, { prompt: 'consent' });
  const tokens = await oidc.authorizationCodeGrant(config, await visitor.allow(url), checks);
  const told = async (token) => (await oidc.tokenIntrospection(config, token)).active;
  if (!id.startsWith('native')) {
    const access = await oidc.tokenIntrospection(config, tokens.access_token);
    assert.deepEqual([access.active, access.client_id, access.iss], [true, id, issuer]);
    assert.equal(await told(tokens.refresh_token), true);
  }
  await oidc.tokenRevocation(config, tokens.access_token);
  if (!id.startsWith('native')) {
    assert.equal(await told(tokens.access_token), false);
    assert.equal(await told(tokens.refresh_token), false);
  }
  await refuses('invalid_grant', () => oidc.refreshTokenGrant(config, tokens.refresh_token));
}

/** It comes unknown and registers itself (RFC 7591), as a client with a secret or without. */
async function registers(method) {
  const metadata = {
    client_name: 'Registered by openid-client',
    redirect_uris: [CALLBACK],
    post_logout_redirect_uris: [SIGNED_OUT],
    grant_types: ['authorization_code', 'refresh_token'],
    token_endpoint_auth_method: method,
  };
  const options = { algorithm: 'oidc', ...insecure };
  const auth = method === 'none' ? oidc.None() : undefined;
  const config = await oidc.dynamicClientRegistration(new URL(issuer), metadata, auth, options);
  // Its secret says nothing of who it is, so its users are asked as those of a public client are.
  await wholeLife(config, 'RS256', true);
}

/** A device on which nobody can sign in, whose user types a code elsewhere (RFC 8628). */
async function device(config) {
  const codes = await oidc.initiateDeviceAuthorization(config, { scope: SCOPE });
  const tokens = oidc.pollDeviceAuthorizationGrant(config, codes);
  const done = await new Visitor('openid-client').decide(codes.verification_uri, codes.user_code, 'allow');
  assert.match(done, /Your device is connected/);
  const { access_token, refresh_token, claims } = await tokens;
  const { sub } = (await tokens).claims();
  assert.ok(claims && sub);
  assert.equal((await oidc.fetchUserInfo(config, access_token, sub)).name, 'Ophelia');
  assert.ok((await oidc.refreshTokenGrant(config, refresh_token)).access_token);

  const refused = await oidc.initiateDeviceAuthorization(config, { scope: SCOPE });
  const link = refused.verification_uri_complete;
  await new Visitor('openid-client').decide(link, refused.user_code, 'deny');
  await refuses('access_denied', () => oidc.pollDeviceAuthorizationGrant(config, refused));
  await refuses('invalid_scope', () => oidc.initiateDeviceAuthorization(config, { scope: 'admin' }));
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

/**
 * Tokens that are bound to a key (RFC 9449), with nonces or without: the library asks again by itself where the
 * server wants one.
 */
async function bound(config, alg, isPublic) {
  const DPoP = oidc.getDPoPHandle(config, await oidc.randomDPoPKeyPair(alg));
  const visitor = new Visitor('openid-client');
  const push = (config, parameters) => oidc.buildAuthorizationUrlWithPAR(config, parameters, { DPoP });
  for (const build of [oidc.buildAuthorizationUrl, push]) {
    const dpop_jkt = await DPoP.calculateThumbprint();
    const { url, checks } = await ask(config, { prompt: 'login consent', dpop_jkt }, build);
    const callback = await visitor.allow(url);
    const other = oidc.getDPoPHandle(config, await oidc.randomDPoPKeyPair(alg));
    const grant = (DPoP) => oidc.authorizationCodeGrant(config, callback, checks, undefined, { DPoP });
    await refuses('invalid_grant', () => grant(other));
    const tokens = await grant(DPoP);
    assert.equal(tokens.token_type, 'dpop');
    const { sub } = tokens.claims();
    const told = (token, DPoP) => oidc.fetchUserInfo(config, token, sub, { DPoP });
    assert.equal((await told(tokens.access_token, DPoP)).name, 'Ophelia');
    await assert.rejects(told(tokens.access_token, other));
    await assert.rejects(told(tokens.access_token));

    const refresh = (DPoP) => oidc.refreshTokenGrant(config, tokens.refresh_token, undefined, { DPoP });
    if (isPublic) await refuses('invalid_grant', () => refresh(other));
    const fresh = await refresh(DPoP);
    assert.equal(fresh.token_type, 'dpop');
    assert.equal((await told(fresh.access_token, DPoP)).sub, sub);
  }
}

const header = (jwt) => JSON.parse(Buffer.from(jwt.split('.')[0], 'base64url'));

for (const [id, metadata, auth] of CLIENTS) {
  const config = await oidc.discovery(new URL(issuer), id, metadata, auth, insecure);
  const alg = metadata.id_token_signed_response_alg ?? 'RS256';
  await it(`openid-client: ${id}, ${alg}`, () => wholeLife(config, alg, id.startsWith('native')));
  await it(`openid-client: ${id} pushes its request`, () => pushed(config));
  await it(`openid-client: ${id} gives up a token`, () => givenUp(config, id));
  await it(`openid-client: ${id} notices what was changed`, () => negatives(config));
}

for (const method of ['none', 'client_secret_post']) {
  await it(`openid-client: registers itself, ${method}`, () => registers(method));
}

for (const [id, auth] of [['tv', oidc.None()], ['box', oidc.ClientSecretBasic(secret)]]) {
  const config = await oidc.discovery(new URL(issuer), id, {}, auth, insecure);
  await it(`openid-client: ${id}, a device`, () => device(config));
}
for (const tenant of ['acme', 'nonces']) {
  const own = new URL(issuer.replace(/acme$/, tenant));
  const keyed = ['web-es256', {}, oidc.PrivateKeyJwt(await privateKey('ES256'))];
  const parties = CLIENTS.filter(([id]) => ['native', 'web-basic'].includes(id)).concat([keyed]);
  for (const [id, metadata, auth] of parties) {
    const config = await oidc.discovery(own, id, metadata, auth, insecure);
    for (const alg of ['ES256', 'PS256', 'RS256', 'Ed25519']) {
      await it(`openid-client: ${id} at ${tenant} has a key, ${alg}`, () => bound(config, alg, id === 'native'));
    }
  }
}
