// A real browser, and a client that it is sent back to.

import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { chromium } from 'playwright-core';
import { CALLBACK, issuer, it, password, secret } from './run.js';

/** The client: any URL of it answers with a page, and what it was sent is kept. */
const client = createServer(async (request, answer) => {
  let body = '';
  for await (const chunk of request) body += chunk;
  const url = new URL(request.url, 'http://127.0.0.1');
  if (url.pathname === '/favicon.ico') return answer.writeHead(204).end();
  visits.push({ path: url.pathname, method: request.method, sent: new URLSearchParams(body || url.search) });
  const frame = url.searchParams.get('frame');
  const inside = frame ? `<iframe src="${frame.replaceAll('&', '&amp;')}"></iframe>` : '';
  answer.setHeader('content-type', 'text/html; charset=utf-8');
  answer.end(`<!doctype html><html lang="en"><title>Client</title><h1>The client</h1>${inside}`);
});
const visits = [];
await new Promise((done) => client.listen(0, '127.0.0.1', done));

export const CLIENT = `http://127.0.0.1:${client.address().port}`;

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: [
    // Debian's has no sandbox for root.
    '--no-sandbox',
    // The place that users come to when they are signed out has no port, and no port is ours alone.
    `--host-resolver-rules=MAP 127.0.0.1:80 ${CLIENT.slice('http://'.length)}`,
  ],
});
// Nothing waits this long but for a page that never comes.
const PATIENCE = 60_000;

export const version = browser.version();

export async function close() {
  await browser.close();
  client.close();
}

/** A browser without cookies, in which nothing may break the policy of a page. */
export async function visitor(options = {}) {
  const context = await browser.newContext({ locale: 'en-GB', ...options });
  context.setDefaultTimeout(PATIENCE);
  context.complaints = [];
  context.on('console', (message) => {
    if (/Content Security Policy|X-Frame-Options/i.test(message.text())) context.complaints.push(message.text());
  });
  context.on('weberror', (error) => context.complaints.push(String(error.error())));
  return context;
}

/** A case with a browser of its own. */
export async function scene(name, play, options) {
  await it(`Chromium: ${name}`, async () => {
    const context = await visitor(options);
    const page = await context.newPage();
    try {
      await play(page, context);
      assert.deepEqual(context.complaints, []);
    } catch (error) {
      const shown = await Promise.all(context.pages().map(text));
      throw new Error(`it shows ${shown.join('\n\nand ')}\n`, { cause: error });
    } finally {
      await context.close();
    }
  });
}

async function text(page) {
  const body = await page.locator('body').innerText({ timeout: 1000 }).catch(() => '(no text)');
  return `${page.url()}\n${body}`;
}

/** What a client asks with. */
export function ask(id = 'native', more = {}) {
  // Any port will do for a client on a device, and for no other.
  const redirect_uri = id === 'native' ? `${CLIENT}/callback` : CALLBACK;
  const verifier = randomBytes(32).toString('base64url');
  const url = new URL(`${issuer}/authorize`);
  url.search = new URLSearchParams({
    response_type: 'code',
    client_id: id,
    redirect_uri,
    scope: 'openid profile read',
    state: randomBytes(8).toString('base64url'),
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    ...more,
  });
  return { url: url.href, state: url.searchParams.get('state'), verifier, id, redirect_uri };
}

/**
 * Signs in as people do, who try again where the page asks them to: passwords give way to everything
 * else on the machine, and a browser is a lot. That the page asks so is promised elsewhere.
 */
export async function signIn(page, username = 'alice', given = password) {
  for (let left = 5; ; left -= 1) {
    await heading(page, 'Sign in');
    await page.getByLabel('User name').fill(username);
    await page.getByLabel('Password').fill(given);
    const answered = page.waitForResponse((answer) => answer.request().method() === 'POST');
    // The first button of the form must be the right one.
    await page.getByLabel('Password').press('Enter');
    if ((await answered).status() !== 503 || left === 0) return;
    console.log('busy: the user tries again');
    await page.getByRole('alert').filter({ hasText: 'Too many people' }).waitFor();
    await page.waitForTimeout(1000);
    // By its own address: nobody can go back to an answer to a form.
    const handle = await page.locator('input[name="interaction"]').inputValue();
    await page.goto(`${issuer}/interaction?handle=${handle}`);
  }
}

export const press = (page, name) => page.getByRole('button', { name, exact: true }).click();

/** Waits for the page with this heading: a page of ours has one. */
export async function heading(page, text) {
  await page.getByRole('heading', { level: 1, name: text }).waitFor();
  assert.equal(await page.getByRole('heading', { level: 1 }).count(), 1);
}

/** Waits until the browser is at the client, and says what the client was sent for this request. */
export async function back(page, asked, method = 'GET') {
  await heading(page, 'The client');
  const mine = visits.filter((visit) => visit.sent.get('state') === asked.state);
  assert.equal(mine.length, 1, `sent ${mine.length} times`);
  assert.equal(mine[0].method, method);
  assert.equal(mine[0].sent.get('iss'), issuer);
  return mine[0].sent;
}

/** Waits until the client has a code. */
export async function code(page, asked, method) {
  const sent = await back(page, asked, method);
  assert.match(sent.get('code') ?? '', /^grt_ac_/, String(sent));
  return sent.get('code');
}

/** The client redeems its code. */
export async function redeem(asked, given) {
  const body = new URLSearchParams({
    grant_type: 'authorization_code',
    code: given,
    redirect_uri: asked.redirect_uri,
    code_verifier: asked.verifier,
    client_id: asked.id,
    ...(asked.id === 'native' ? {} : { client_secret: secret }),
  });
  const answer = await fetch(`${issuer}/token`, { method: 'POST', body });
  assert.equal(answer.status, 200, await answer.clone().text());
  return answer.json();
}
