// Users go back, come twice, come late, or with what is not theirs.

import assert from 'node:assert/strict';
import { ask, code, heading, press, scene, signIn, visitor } from '../lib/theatre.js';

const CONSENT = 'Allow access to your account?';
const OVER = 'This page is no longer valid';

await scene('back from the consent page, and on', async (page) => {
  const asked = ask();
  await page.goto(asked.url);
  await signIn(page);
  await heading(page, CONSENT);
  await page.goBack();
  // The login page was answered: whoever comes back to it is where they were.
  await heading(page, CONSENT);
  await press(page, 'Allow');
  await code(page, asked);
});

await scene('back from the client says what to do', async (page) => {
  const asked = ask();
  await page.goto(asked.url);
  await signIn(page);
  await press(page, 'Allow');
  await code(page, asked);
  await page.goBack();
  await heading(page, OVER);
  await page.getByText('Go back to the application and start again.').waitFor();
});

await scene('the same page answered twice', async (page, context) => {
  const asked = ask();
  await page.goto(asked.url);
  await signIn(page);
  await heading(page, CONSENT);
  const copy = await context.newPage();
  await copy.goto(page.url());
  await press(page, 'Allow');
  await code(page, asked);
  await press(copy, 'Allow');
  await heading(copy, OVER);
});

await scene('a double click is one answer', async (page) => {
  const asked = ask();
  await page.goto(asked.url);
  await signIn(page);
  await page.getByRole('button', { name: 'Allow', exact: true }).dblclick({ noWaitAfter: true });
  await Promise.race([heading(page, 'The client'), heading(page, OVER)]);
});

await scene('a page that somebody else began', async (page) => {
  await page.goto(ask().url);
  await heading(page, 'Sign in');
  const thief = await visitor();
  const other = await thief.newPage();
  await other.goto(page.url());
  await heading(other, 'This page does not belong to this browser');
  await other.getByText('go back to the application and start again').waitFor();
  assert.equal(await other.getByLabel('Password').count(), 0);
  await thief.close();
  await signIn(page);
  await heading(page, CONSENT);
});

await scene('the session is gone while the page is open', async (page, context) => {
  const asked = ask();
  await page.goto(asked.url);
  await signIn(page);
  await heading(page, CONSENT);
  const before = await context.cookies();
  const sessions = before.filter((cookie) => /session/.test(cookie.name));
  assert.equal(sessions.length, 1, JSON.stringify(before));
  assert.ok(before.every((cookie) => cookie.httpOnly && cookie.sameSite === 'Lax'), JSON.stringify(before));
  await context.clearCookies({ name: sessions[0].name });
  await press(page, 'Allow');
  await page.getByText('You were signed out while this page was open.').waitFor();
  await signIn(page);
  await press(page, 'Allow');
  await code(page, asked);
});

await scene('all cookies are gone while the page is open', async (page, context) => {
  await page.goto(ask().url);
  await heading(page, 'Sign in');
  await context.clearCookies();
  await signIn(page);
  await heading(page, 'This page does not belong to this browser');
});
