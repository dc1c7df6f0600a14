// Users sign out, by the client or by themselves.

import assert from 'node:assert/strict';
import { SIGNED_OUT, issuer } from '../lib/run.js';
import { ask, back, code, heading, press, redeem, scene, signIn } from '../lib/theatre.js';

/** A user who is signed in, and the client's ID token. */
async function signedIn(page) {
  const asked = ask();
  await page.goto(asked.url);
  await signIn(page);
  await press(page, 'Allow');
  return (await redeem(asked, await code(page, asked))).id_token;
}

async function isSignedIn(page) {
  const asked = ask('native', { prompt: 'none' });
  await page.goto(asked.url);
  return (await back(page, asked)).get('error') !== 'login_required';
}

const end = (parameters) => `${issuer}/logout?${new URLSearchParams(parameters)}`;

await scene('the client signs its user out', async (page) => {
  const id_token_hint = await signedIn(page);
  assert.ok(await isSignedIn(page));
  await page.goto(end({ id_token_hint, post_logout_redirect_uri: SIGNED_OUT, state: 'bye' }));
  await heading(page, 'The client');
  assert.equal(page.url(), `${SIGNED_OUT}?state=bye`);
  assert.ok(!(await isSignedIn(page)));
});

await scene('without a hint the user is asked, and stays', async (page) => {
  await signedIn(page);
  await page.goto(end({}));
  await heading(page, 'Sign out?');
  await press(page, 'Stay signed in');
  await heading(page, 'You are still signed in');
  assert.ok(await isSignedIn(page));
});

await scene('without a hint the user is asked, and signs out', async (page) => {
  await signedIn(page);
  await page.goto(end({}));
  await press(page, 'Sign out');
  await heading(page, 'You are signed out');
  assert.ok(!(await isSignedIn(page)));
});

await scene('the user is asked, and comes back to the client', async (page) => {
  await signedIn(page);
  await page.goto(end({ client_id: 'native', post_logout_redirect_uri: SIGNED_OUT, state: 'bye' }));
  await press(page, 'Sign out');
  await heading(page, 'The client');
  assert.equal(page.url(), `${SIGNED_OUT}?state=bye`);
  assert.ok(!(await isSignedIn(page)));
});
