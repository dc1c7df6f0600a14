// A device on which nobody can sign in, and its user in a browser (RFC 8628).

import assert from 'node:assert/strict';
import { issuer } from '../lib/run.js';
import { heading, press, scene, signIn } from '../lib/theatre.js';

const GRANT = 'urn:ietf:params:oauth:grant-type:device_code';

async function post(path, fields) {
  const answer = await fetch(`${issuer}${path}`, { method: 'POST', body: new URLSearchParams(fields) });
  return answer.json();
}

const device = () => post('/device_authorization', { client_id: 'tv', scope: 'openid profile read' });

/** The device asks once. */
const poll = (codes) => post('/token', { grant_type: GRANT, client_id: 'tv', device_code: codes.device_code });

async function types(page, code) {
  await heading(page, 'Connect a device');
  await page.getByLabel('Code').fill(code);
  // As people do it: the first button of the form must be the right one.
  await page.getByLabel('Code').press('Enter');
}

await scene('two devices: a code that is typed, and one that comes along', async (page, context) => {
  const first = await device();
  await page.goto(first.verification_uri);
  await types(page, 'bcdf ghjk');
  await page.getByRole('alert').waitFor();
  await types(page, first.user_code.toLowerCase().replace('-', ' '));
  await signIn(page);
  await heading(page, 'Allow this device?');
  await page.getByText(first.user_code, { exact: true }).waitFor();
  await page.locator('strong', { hasText: 'Television' }).waitFor();
  await page.getByText('Anybody could call themselves Television.').waitFor();
  await page.getByText('127.0.0.1').waitFor();
  await press(page, 'Allow');
  await heading(page, 'Your device is connected');
  assert.ok((await poll(first)).access_token);

  // Signed in, and the code in the URL: everything else is the same, and nothing happens by itself.
  const second = await device();
  const other = await context.newPage();
  await other.goto(second.verification_uri_complete);
  await heading(other, 'Connect a device');
  assert.equal(await other.getByLabel('Code').inputValue(), second.user_code);
  await press(other, 'Continue');
  await heading(other, 'Allow this device?');
  assert.equal((await poll(second)).error, 'authorization_pending');
  await other.reload();
  await press(other, 'Allow');
  await heading(other, 'Your device is connected');
  // Back, and once more.
  await other.goBack();
  await heading(other, /Allow this device\?|This page is no longer valid/);
});

await scene('a device that is not let in, without JavaScript', async (page) => {
  const codes = await device();
  await page.goto(codes.verification_uri_complete);
  await press(page, 'Continue');
  await signIn(page);
  await press(page, 'Do not allow');
  await heading(page, 'Your device is not connected');
  assert.equal((await poll(codes)).error, 'access_denied');
  await page.goto(codes.verification_uri_complete);
  await press(page, 'Continue');
  await page.getByRole('alert').waitFor();
}, { javaScriptEnabled: false });
