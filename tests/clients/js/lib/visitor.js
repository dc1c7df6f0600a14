// The user's browser, as far as our pages need one: cookies, forms, and going where it is sent.

import assert from 'node:assert/strict';
import { issuer, password } from './run.js';

const ORIGIN = new URL(issuer).origin;

export class Visitor {
  #cookies = new Map();

  constructor(username) {
    this.username = username;
  }

  /** Goes to a URL of the server. Ends at a page, or at the URL of somebody else. */
  async open(url) {
    return this.#land(String(url), await this.#send(url, { method: 'GET' }));
  }

  /** Sends the form of a page. */
  async submit(page, fields) {
    const [, action] = /<form method="post" action="([^"]+)"/.exec(page.text) ?? assert.fail(page.text);
    const hidden = page.text.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g);
    const all = new URLSearchParams([...hidden].map(([, name, value]) => [name, plain(value)]));
    for (const [name, value] of Object.entries(fields)) all.set(name, value);
    const headers = { origin: ORIGIN, 'sec-fetch-site': 'same-origin' };
    return this.#land(action, await this.#send(plain(action), { method: 'POST', body: all, headers }));
  }

  /** Signs in, allows what the client asks for, and returns where the client is answered. */
  async allow(url) {
    const login = await this.open(url);
    assert.match(login.text ?? '', /Sign in<\/h1>/, `no login page: ${login.away ?? login.text}`);
    const credentials = { username: this.username, password, action: 'sign-in' };
    const consent = await this.submit(login, credentials);
    assert.match(consent.text ?? '', /Allow access/, `no consent page: ${consent.away ?? consent.text}`);
    return away(await this.submit(consent, { action: 'allow' }));
  }

  /** Decides about a device: types its code at a page where it is not filled in, signs in and answers. */
  async decide(url, code, action) {
    const typing = await this.open(url);
    assert.match(typing.text ?? '', /Connect a device<\/h1>/, typing.text);
    const login = await this.submit(typing, { user_code: code });
    assert.match(login.text ?? '', /Sign in<\/h1>/, `no login page: ${login.text}`);
    const credentials = { username: this.username, password, action: 'sign-in' };
    const asked = await this.submit(login, credentials);
    assert.match(asked.text ?? '', /Allow this device\?<\/h1>/, asked.text);
    assert.ok(asked.text.includes(code), 'the code is to be compared');
    return (await this.submit(asked, { action })).text;
  }

  /** Goes to a URL at which nobody is asked anything, and returns where the client is answered. */
  async pass(url) {
    return away(await this.open(url));
  }

  /** Leaves at the first page. */
  async cancel(url) {
    return away(await this.submit(await this.open(url), { action: 'cancel' }));
  }

  async #send(url, init) {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const headers = { ...init.headers, ...(cookie && { cookie }) };
    const answer = await fetch(url, { ...init, headers, redirect: 'manual' });
    for (const set of answer.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(set);
      if (/Max-Age=0/.test(set)) this.#cookies.delete(name);
      else this.#cookies.set(name, value);
    }
    return answer;
  }

  async #land(url, answer) {
    for (let left = 10; left > 0; left--) {
      const location = answer.headers.get('location');
      const text = await answer.text();
      if (!location) return { url, status: answer.status, text };
      if (new URL(location).origin !== ORIGIN) return { away: location };
      url = location;
      answer = await this.#send(url, { method: 'GET' });
    }
    assert.fail(`sent in circles: ${url}`);
  }
}

function away(landing) {
  assert.ok(landing.away, `not sent to the client: ${landing.status} ${landing.text}`);
  return new URL(landing.away);
}

/** What stands in an attribute, as our pages escape it. */
function plain(text) {
  return text.replace(/&#(\d+);/g, (_, code) => String.fromCodePoint(code)).replaceAll('&amp;', '&');
}
