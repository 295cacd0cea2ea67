// Keeps the pages of the phone (/m, /q) and what they need, so that they open without a network. What is filled meanwhile
// is kept and sent by the page itself (src/browser/outbox.rs, outbox.js). Pages of the desk are never touched.

const PAGES = 'phone-pages-1';
const FILES = 'phone-files-1';
/** A page that has not come after so many milliseconds is taken from what is kept. */
const PATIENCE = 8000;
/** Pages are fetched ahead again after so many milliseconds. */
const FRESH = 6 * 3600 * 1000;
/** Records that are fetched ahead, so that they can be changed and deleted without a network: more than most villages have. */
const MOST_RECORDS = 100;
const AWAY =
  '<!doctype html><html lang="zh-CN"><meta charset="utf-8"><meta name="viewport" content="width=device-width">' +
  '<title>没有网络</title><body style="font:18px sans-serif;padding:2em">没有网络，这个页面还没有保存在手机上。' +
  '<p><a href="/m">返回首页</a></body></html>';

self.addEventListener('install', () => self.skipWaiting());

self.addEventListener('activate', (event) => {
  const known = [PAGES, FILES];
  const tidy = caches.keys().then((names) => Promise.all(names.filter((name) => !known.includes(name)).map((name) => caches.delete(name))));
  event.waitUntil(tidy.then(() => self.clients.claim()));
});

const isPhone = (url) => /^\/(m|q)(\/|$)/.test(url.pathname);
const isOwn = (url) => url.pathname === '/outbox.js';
const isFile = (url) => url.pathname.startsWith('/pkg/') || /^\/(icon\.svg|favicon\.ico|apple-touch-icon\.png|phone\.webmanifest)$/.test(url.pathname);

/** One page has one name, whatever it was told to say. */
function nameOf(url) {
  const name = new URL(url);
  for (const key of ['notice', 'checked', 'problem', 'refused']) name.searchParams.delete(key);
  return name.href;
}

async function page(request) {
  const kept = await caches.open(PAGES);
  const name = nameOf(request.url);
  const known = await kept.match(name);
  const fetched = fetch(request).then((response) => {
    // A redirect leads elsewhere: to the sign-in, for example. A refusal is not worth keeping.
    if (response.ok && response.type === 'basic' && !response.redirected) kept.put(name, response.clone());
    return response;
  });
  if (!known) return fetched.catch(() => new Response(AWAY, { status: 503, headers: { 'content-type': 'text/html; charset=utf-8' } }));
  const late = new Promise((resolve) => setTimeout(() => resolve(known), PATIENCE));
  return Promise.race([fetched.catch(() => known), late]);
}

async function file(request) {
  const kept = await caches.open(FILES);
  const known = await kept.match(request);
  if (known) return known;
  const response = await fetch(request);
  if (response.ok) kept.put(request, response.clone());
  return response;
}

/** A file whose name does not change with its content: what is kept serves at once, the next time it is up to date. */
async function own(request) {
  const kept = await caches.open(FILES);
  const known = await kept.match(request);
  const fetched = fetch(request).then((response) => {
    if (response.ok) kept.put(request, response.clone());
    return response;
  });
  if (known) fetched.catch(() => {});
  return known ?? fetched;
}

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== self.location.origin) return;
  if (request.method === 'POST' && url.pathname === '/logout') {
    // Whoever signs out leaves nothing of the pages behind.
    event.respondWith(caches.delete(PAGES).then(() => fetch(request)));
    return;
  }
  if (request.method !== 'GET') return;
  if (request.mode === 'navigate' && isPhone(url)) event.respondWith(page(request));
  else if (isOwn(url)) event.respondWith(own(request));
  else if (isFile(url)) event.respondWith(file(request));
});

/** Fetches a page for later; nothing when it leads elsewhere. */
async function fetchPage(kept, address) {
  const response = await fetch(address, { headers: { accept: 'text/html' } });
  if (response.redirected || !response.ok) return undefined;
  await kept.put(nameOf(new URL(address, self.location.origin)), response.clone());
  return response.text();
}

/** Fetches pages ahead, one after the other, and then the records that they list, when they have not been fetched lately. */
async function ahead(addresses) {
  const kept = await caches.open(PAGES);
  const stamp = new URL('/phone-fetched', self.location.origin).href;
  const last = await kept.match(stamp);
  if (last && Date.now() - Number(await last.text()) < FRESH) return;
  const records = [];
  for (const address of addresses) {
    const text = await fetchPage(kept, address);
    if (text === undefined) return;
    records.push(...Array.from(text.matchAll(/href="(\/m\/\w+\?open=[0-9a-f-]{36})"/g), ([, found]) => found));
  }
  // The first page was there before this worker, and so was what it had loaded.
  await (await caches.open(FILES)).add('/outbox.js');
  await kept.put(stamp, new Response(String(Date.now())));
  for (const address of records.slice(0, MOST_RECORDS)) await fetchPage(kept, address);
}

/** Pages that say something else now. */
async function anew(addresses) {
  const kept = await caches.open(PAGES);
  for (const address of addresses) await fetchPage(kept, address);
}

self.addEventListener('message', (event) => {
  const { ahead: early, anew: old } = event.data ?? {};
  if (Array.isArray(early)) event.waitUntil(ahead(early).catch(() => {}));
  if (Array.isArray(old)) event.waitUntil(anew(old).catch(() => {}));
});
