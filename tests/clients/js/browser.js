// A real browser in front of our pages. The parts know nothing of each other, so they play at once.

import { close, version } from './lib/theatre.js';

console.log(`Chromium ${version}`);
const parts = ['sign_in', 'odd', 'sign_out', 'device', 'pictures'];
const played = await Promise.allSettled(parts.map((part) => import(`./browser/${part}.js`)));
// A browser that stays open would keep this program from ending.
await close();
for (const { reason } of played) if (reason) throw reason;
