// A real browser in front of our pages.

import { close, version } from './lib/theatre.js';

console.log(`Chromium ${version}`);
try {
  for (const part of ['sign_in', 'odd', 'sign_out', 'pictures']) await import(`./browser/${part}.js`);
} finally {
  // A browser that stays open would keep this program from ending.
  await close();
}
