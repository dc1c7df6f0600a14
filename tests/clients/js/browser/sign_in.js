// Users sign in, allow, or do not.

import assert from 'node:assert/strict';
import { issuer } from '../lib/run.js';
import { CLIENT, ask, back, code, heading, press, redeem, scene, signIn, visitor } from '../lib/theatre.js';

await scene('a user signs in, allows, and the client has tokens', async (page) => {
  const asked = ask();
  await page.goto(asked.url);
  await signIn(page);
  await heading(page, 'Allow access to your account?');
  await press(page, 'Allow');
  // It is form-action that the redirect after a form must pass.
  const tokens = await redeem(asked, await code(page, asked));
  assert.ok(tokens.id_token && tokens.refresh_token);
});

await scene('a page that breaks its policy is noticed', async (page, context) => {
  const asked = ask();
  await page.goto(asked.url);
  await signIn(page);
  await heading(page, 'Allow access to your account?');
  // The same page, but that its form may not lead to the client.
  await page.route(page.url(), async (route) => {
    const response = await route.fetch();
    const headers = response.headers();
    const policy = headers['content-security-policy'];
    assert.ok(policy.includes(CLIENT), policy);
    headers['content-security-policy'] = policy.replace(CLIENT, '');
    await route.fulfill({ response, headers });
  });
  await page.reload();
  await heading(page, 'Allow access to your account?');
  const complaint = context.waitForEvent('console', (message) => /form-action/.test(message.text()));
  await press(page, 'Allow');
  await complaint;
  assert.notDeepEqual(context.complaints, []);
  context.complaints.length = 0;
});

await scene('a user does not allow', async (page) => {
  const asked = ask();
  await page.goto(asked.url);
  await signIn(page);
  await press(page, 'Do not allow');
  assert.equal((await back(page, asked)).get('error'), 'access_denied');
});

await scene('a user leaves at the login page', async (page) => {
  const asked = ask();
  await page.goto(asked.url);
  await press(page, 'Cancel');
  assert.equal((await back(page, asked)).get('error'), 'access_denied');
});

await scene('a wrong password is told, and read out', async (page) => {
  const asked = ask();
  await page.goto(asked.url);
  const focused = () => page.evaluate(() => document.activeElement.name);
  assert.equal(await focused(), 'username');
  await signIn(page, 'alice', 'not this one');
  const alert = page.getByRole('alert');
  await alert.waitFor();
  assert.match(await alert.innerText(), /user name or the password is wrong/);
  assert.match(await page.title(), /^Error: /);
  const field = page.getByLabel('Password');
  assert.equal(await field.getAttribute('aria-invalid'), 'true');
  assert.equal(await field.getAttribute('aria-describedby'), await alert.getAttribute('id'));
  assert.equal(await page.getByLabel('User name').inputValue(), 'alice');
  assert.equal(await field.inputValue(), '');
  assert.equal(await focused(), 'password');
  await signIn(page);
  await press(page, 'Allow');
  await code(page, asked);
});

await scene('an empty form is not sent', async (page) => {
  await page.goto(ask().url);
  await press(page, 'Sign in');
  assert.equal(await page.evaluate(() => document.activeElement.name), 'username');
  await heading(page, 'Sign in');
});

await scene('two tabs of one browser both arrive', async (page, context) => {
  const [one, two] = [ask(), ask('web-basic', { prompt: 'consent' })];
  const other = await context.newPage();
  await page.goto(one.url);
  await other.goto(two.url);
  await signIn(page);
  await heading(page, 'Allow access to your account?');
  await signIn(other);
  await press(other, 'Allow');
  await code(other, two);
  await press(page, 'Allow');
  // Another session began in the other tab: whoever is signed in now is asked.
  await Promise.race([heading(page, 'The client'), heading(page, 'Allow access to your account?')]);
  if (await page.getByRole('button', { name: 'Allow', exact: true }).count()) await press(page, 'Allow');
  await code(page, one);
});

await scene('two users in two browsers do not meet', async (page) => {
  const [one, two] = [ask(), ask()];
  const others = await visitor();
  const other = await others.newPage();
  await page.goto(one.url);
  await other.goto(two.url);
  await signIn(page, 'alice');
  await signIn(other, 'bob');
  await press(page, 'Allow');
  await press(other, 'Allow');
  const told = async (page, asked) => {
    const { access_token } = await redeem(asked, await code(page, asked));
    const headers = { authorization: `Bearer ${access_token}` };
    return (await (await fetch(`${issuer}/userinfo`, { headers })).json()).name;
  };
  assert.deepEqual([await told(page, one), await told(other, two)], ['Alice Liddell', 'Bob Baumeister']);
  assert.deepEqual(others.complaints, []);
  await others.close();
});

await scene('nobody is asked whether the tenant\'s own application may', async (page) => {
  const asked = ask('own', { scope: 'openid read' });
  await page.goto(asked.url);
  await signIn(page);
  await code(page, asked);
});

await scene('an account is chosen, or another', async (page) => {
  const first = ask('web-basic', { prompt: 'consent' });
  await page.goto(first.url);
  await signIn(page);
  await press(page, 'Allow');
  await code(page, first);
  const second = ask('web-basic', { prompt: 'select_account' });
  await page.goto(second.url);
  await heading(page, 'Choose an account');
  await press(page, 'Continue as alice');
  await code(page, second);
  const third = ask('native', { prompt: 'select_account' });
  await page.goto(third.url);
  await press(page, 'Use another account');
  await signIn(page, 'bob');
  await press(page, 'Allow');
  await code(page, third);
});

for (const javaScriptEnabled of [true, false]) {
  await scene(`form_post ${javaScriptEnabled ? 'by script' : 'by its button'}`, async (page) => {
    const asked = ask('native', { response_mode: 'form_post' });
    await page.goto(asked.url);
    await signIn(page);
    await press(page, 'Allow');
    if (!javaScriptEnabled) await press(page, 'Continue');
    await redeem(asked, await code(page, asked, 'POST'));
  }, { javaScriptEnabled });
}

await scene('nothing wants JavaScript', async (page) => {
  const asked = ask();
  await page.goto(asked.url);
  await signIn(page, 'alice', 'not this one');
  await page.getByRole('alert').waitFor();
  await signIn(page);
  await press(page, 'Allow');
  await code(page, asked);
  await page.goto(`${issuer}/logout`);
  await press(page, 'Sign out');
  await heading(page, 'You are signed out');
}, { javaScriptEnabled: false });

await scene('no page of another site frames ours', async (page, context) => {
  const asked = ask();
  await page.goto(`${CLIENT}/framing?frame=${encodeURIComponent(asked.url)}`);
  await heading(page, 'The client');
  const [, frame] = page.frames();
  assert.equal(await frame.getByRole('heading', { name: 'Sign in' }).count(), 0);
  assert.match(context.complaints.join(), /frame/i);
  context.complaints.length = 0;
});
