// Every page, narrow and wide, light and dark, for people to look at.

import assert from 'node:assert/strict';
import { issuer } from '../lib/run.js';
import { ask, code, heading, press, scene, signIn, visitor } from '../lib/theatre.js';

const folder = process.env.PICTURES;
if (!folder) throw new Error('PICTURES is not set: run this by `cargo xtask browser`');
const SIZES = [['narrow', 360, 740], ['wide', 1280, 800]];

async function picture(page, name) {
  for (const [size, width, height] of SIZES) {
    await page.setViewportSize({ width, height });
    const inner = await page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(inner <= width, `${name} is ${inner} wide in a window of ${width}`);
    await page.screenshot({ path: `${folder}/${name}-${size}.png`, fullPage: true });
  }
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.screenshot({ path: `${folder}/${name}-dark.png`, fullPage: true });
  await page.emulateMedia({ colorScheme: 'light' });
  assert.ok(await page.title());
  assert.equal(await page.locator('html').getAttribute('lang'), 'en');
}

await scene('pictures of every page', async (page, context) => {
  const asked = ask('native', { scope: 'openid profile email offline_access read write' });
  await page.goto(asked.url);
  await heading(page, 'Sign in');
  await picture(page, 'login');
  const { href } = new URL(page.url());
  const others = await visitor();
  const other = await others.newPage();
  await other.goto(href);
  await picture(other, 'other-browser');
  await others.close();
  await signIn(page, 'alice', 'not this one');
  await page.getByRole('alert').waitFor();
  await picture(page, 'login-wrong');
  await signIn(page);
  await heading(page, 'Allow access to your account?');
  await picture(page, 'consent-unknown');
  await press(page, 'Allow');
  await code(page, asked);
  await page.goto(href);
  await picture(page, 'answered');

  const shop = { redirect_uri: 'https://shop.example.com/callback', prompt: 'consent' };
  await page.goto(ask('shop', { ...shop, scope: 'openid profile email address phone read write' }).url);
  await heading(page, 'Allow access to your account?');
  await picture(page, 'consent');
  await page.goto(ask('shop', { ...shop, prompt: 'select_account' }).url);
  await picture(page, 'account');
  await page.goto(ask('shop', { ...shop, prompt: 'login' }).url);
  await picture(page, 'login-again');
  await page.goto(ask('shop', { redirect_uri: 'https://evil.example.com/' }).url);
  await picture(page, 'bad-request');

  const asks = { client_id: 'tv', scope: 'openid profile read write' };
  const begun = await fetch(`${issuer}/device_authorization`, { method: 'POST', body: new URLSearchParams(asks) });
  const codes = await begun.json();
  await page.goto(codes.verification_uri);
  await picture(page, 'device');
  await page.getByLabel('Code').fill('BCDF-GHJK');
  await press(page, 'Continue');
  await page.getByRole('alert').waitFor();
  await picture(page, 'device-wrong');
  await page.goto(codes.verification_uri_complete);
  await press(page, 'Continue');
  await heading(page, 'Allow this device?');
  await picture(page, 'device-consent');
  await press(page, 'Allow');
  await picture(page, 'device-allowed');
  const more = await fetch(`${issuer}/device_authorization`, { method: 'POST', body: new URLSearchParams(asks) });
  await page.goto((await more.json()).verification_uri_complete);
  await press(page, 'Continue');
  await press(page, 'Do not allow');
  await picture(page, 'device-denied');

  await page.goto(`${issuer}/logout`);
  await picture(page, 'sign-out');
  await press(page, 'Stay signed in');
  await picture(page, 'still-signed-in');
  await page.goto(`${issuer}/logout`);
  await press(page, 'Sign out');
  await picture(page, 'signed-out');
  assert.deepEqual(context.complaints, []);
});

await scene('a picture of the page that posts to the client', async (page) => {
  await page.goto(ask('native', { response_mode: 'form_post' }).url);
  await signIn(page);
  await press(page, 'Allow');
  await heading(page, 'Back to the application');
  // Without JavaScript nothing can be asked of the page.
  for (const [size, width, height] of SIZES) {
    await page.setViewportSize({ width, height });
    await page.screenshot({ path: `${folder}/form-post-${size}.png`, fullPage: true });
  }
}, { javaScriptEnabled: false });
