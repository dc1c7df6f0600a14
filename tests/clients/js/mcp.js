// The official SDK for MCP, and the conformance tests of its authors, against the MCP example.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { fileURLToPath } from 'node:url';
import { auth, UnauthorizedError } from '@modelcontextprotocol/sdk/client/auth.js';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { CALLBACK, issuer, it } from './lib/run.js';
import { Visitor } from './lib/visitor.js';

const SERVER = new URL('/mcp', issuer);
const METADATA = {
  client_name: 'A client of the SDK',
  redirect_uris: [CALLBACK],
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code'],
  token_endpoint_auth_method: 'none',
};

/** Where a client says who it is: its document, on a server of its own. */
const { DOCUMENTS_PORT: port, DOCUMENTS_CERT: cert, DOCUMENTS_KEY: key } = process.env;
const DOCUMENT = `https://localhost:${port}/client.json`;
let read = 0;
const documents = createServer({ cert: readFileSync(cert), key: readFileSync(key) }, (request, answer) => {
  read += 1;
  answer.setHeader('content-type', 'application/json');
  answer.end(JSON.stringify({ client_id: DOCUMENT, ...METADATA }));
});
await new Promise((done) => documents.listen(port, '127.0.0.1', done));

/** What the SDK asks its application to keep. */
class Application {
  redirectUrl = CALLBACK;
  clientMetadata = METADATA;
  #client;
  #tokens;
  #verifier;

  constructor(document) {
    this.clientMetadataUrl = document;
  }

  state = () => (this.sent = randomUUID());
  clientInformation = () => this.#client;
  saveClientInformation = (client) => (this.#client = client);
  tokens = () => this.#tokens;
  saveTokens = (tokens) => (this.#tokens = tokens);
  redirectToAuthorization = (url) => (this.asked = url);
  saveCodeVerifier = (verifier) => (this.#verifier = verifier);
  codeVerifier = () => this.#verifier;

  /** Where it sent the user since the last time that this was asked. */
  take() {
    const asked = this.asked;
    this.asked = undefined;
    return asked;
  }
}

const transport = (application) => new StreamableHTTPClientTransport(SERVER, { authProvider: application });

/** The code of an answer to the application's last question. */
function code(application, callback) {
  assert.equal(callback.searchParams.get('state'), application.sent);
  assert.equal(callback.searchParams.get('iss'), issuer);
  return callback.searchParams.get('code') ?? assert.fail(String(callback));
}

const text = async (client, name, given = {}) => {
  const answer = await client.callTool({ name, arguments: given });
  assert.notEqual(answer.isError, true, JSON.stringify(answer));
  return answer.content.map((part) => part.text).join('');
};

async function wholeLife(application, known) {
  const visitor = new Visitor('alice');
  const first = transport(application);
  const client = new Client({ name: 'grantry', version: '1.0.0' });
  // Nothing is known but the URL.
  await assert.rejects(client.connect(first), UnauthorizedError);
  const asked = application.take();
  assert.equal(asked.searchParams.get('resource'), SERVER.href);
  assert.equal(asked.searchParams.get('scope'), 'notes:read');
  assert.match(application.clientInformation().client_id, known);
  await first.finishAuth(code(application, await visitor.allow(asked)));
  const second = transport(application);
  await client.connect(second);
  assert.deepEqual((await client.listTools()).tools.map((tool) => tool.name).sort(), ['add_note', 'list_notes']);
  const before = await text(client, 'list_notes');

  // The tool wants more scope than the token has: the user is asked again, for both. A token that can be renewed
  // the SDK renews instead, as what it was, and then gives up: so this application forgets its refresh token first.
  application.saveTokens({ ...application.tokens(), refresh_token: undefined });
  const note = randomUUID();
  await assert.rejects(client.callTool({ name: 'add_note', arguments: { text: note } }), UnauthorizedError);
  const more = application.take();
  assert.deepEqual(more.searchParams.get('scope').split(' ').sort(), ['notes:read', 'notes:write']);
  const consent = await visitor.open(more);
  const { away } = await visitor.submit(consent, { action: 'allow' });
  await second.finishAuth(code(application, new URL(away)));
  assert.equal(await text(client, 'add_note', { text: note }), 'written');
  assert.equal(await text(client, 'list_notes'), before ? `${before}\n${note}` : note);

  // A token that is no good any more is renewed, and nobody is asked.
  const old = application.tokens();
  application.saveTokens({ ...old, access_token: 'over' });
  assert.match(await text(client, 'list_notes'), new RegExp(note));
  assert.equal(application.take(), undefined);
  assert.notEqual(application.tokens().refresh_token, undefined);
  assert.notEqual(application.tokens().access_token, old.access_token);
  await client.close();
  return application.clientInformation().client_id;
}

await it('MCP SDK: a client that is known by its document', async () => {
  await wholeLife(new Application(DOCUMENT), /^https:\/\/localhost:/);
  assert.equal(read, 1);
});

let registered;
await it('MCP SDK: a client that registers itself', async () => {
  registered = await wholeLife(new Application(), /^dyn-/);
});

await it('MCP SDK: a client that is gone registers anew', async () => {
  const application = new Application();
  application.saveClientInformation({ client_id: 'dyn-gone' });
  application.saveTokens({ access_token: 'over', refresh_token: 'grt_rt_over', token_type: 'Bearer' });
  application.invalidateCredentials = (what) => {
    if (what === 'all' || what === 'client') application.saveClientInformation(undefined);
    if (what === 'all' || what === 'tokens') application.saveTokens(undefined);
  };
  assert.equal(await auth(application, { serverUrl: SERVER }), 'REDIRECT');
  assert.match(application.clientInformation().client_id, /^dyn-(?!gone)/);
});

await it('MCP conformance: authorization server', async () => {
  const program = new URL('node_modules/@modelcontextprotocol/conformance/dist/index.js', import.meta.url);
  const callback = await free();
  const told = ['--url', issuer, '--client-id', registered, '--resource', SERVER.href, '--port', callback];
  const run = spawn(process.execPath, [fileURLToPath(program), 'authorization', ...told.map(String)]);
  let said = '';
  let visited;
  const hear = (data) => {
    said += data;
    const [url] = said.match(/^\S+\/authorize\?\S+$/m) ?? [];
    // It waits for somebody who signs in.
    if (url) visited ??= new Visitor('alice').allow(url).then((back) => fetch(back));
  };
  run.stdout.on('data', hear);
  run.stderr.on('data', hear);
  const status = await new Promise((done) => run.on('close', done));
  await visited;
  assert.equal(status, 0, said);
  // What is left out, or warned of, would stand here as well.
  assert.match(said, /^Total: 3 passed, 0 failed$/m);
});

documents.close();

/** A port that nobody listens at. */
async function free() {
  const { createServer: listener } = await import('node:net');
  const server = listener();
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  const { port: found } = server.address();
  await new Promise((done) => server.close(done));
  return found;
}
