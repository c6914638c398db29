// Lets the app work without net: keeps whole versions of it on the device and answers from them.
// The build puts a line before this one, with what belongs to its version:
//
//   const BUILD = {"version": "…", "files": {"index.html": ["<SHA-256>", "<type>"], …}};
//
// A version is kept when every one of its files is what that line says, and otherwise not at all.
// A new one takes over at once, but only for pages that are loaded from then on: those that are
// open go on getting the files of their own version, from its own cache, for as long as they are
// open. Caches and messages are understood across versions; see docs/adr/0020-offline.md before
// changing either.

/** Where the app lies. */
const HOME = new URL("./", location).href;
/** How the names of our caches begin: an origin may have several apps. */
const OURS = `vaekstspejl ${HOME} `;
const OWN = OURS + BUILD.version;
const PAGE = "index.html";
/** What publishers lay over the content: published at any time, so of no version. */
const OVERLAYS = "overlays.bin";
const PUBLISHED = `${OURS}published`;
/** How a file of that kind begins. */
const OVERLAYS_MARK = "VSO";
/** How long the net is waited for when the last good copy is there (milliseconds). */
const SHORT_WAIT_MS = 1500;
/** A name with a hash is the same bytes in every version. */
const NAMED_BY_CONTENT = /^[^/]+-[0-9a-f]{12}\.\w+$/;

addEventListener("install", (event) => event.waitUntil(install()));
addEventListener("activate", (event) => event.waitUntil(clients.claim()));
addEventListener("message", (event) => event.waitUntil(heard(event.source, event.data)));
addEventListener("fetch", (event) => {
  const { request } = event;
  const [address, query = ""] = request.url.split("#")[0].split("?");
  if (request.method !== "GET" || !address.startsWith(HOME)) return;
  const name = address.slice(HOME.length);
  if (request.mode === "navigate") {
    const isPage = request.destination === "document" && (name === "" || name === PAGE);
    if (isPage) event.respondWith(page(request, query.split("&").includes("fresh")));
  } else if (query) return;
  else if (NAMED_BY_CONTENT.test(name)) event.respondWith(ofAnyVersion(request, name));
  else if (Object.hasOwn(BUILD.files, name)) event.respondWith(ofOwn(request, name));
  // `no-store` is how the app asks for how things are now.
  else if (name === OVERLAYS && request.cache !== "no-store") event.respondWith(published(event));
});

/** Fetches the whole version, or fails and leaves nothing of it. */
async function install() {
  // The page first: a host that changes what it serves, or a network's log-in page, costs no more.
  const kept = [[PAGE, await verified(PAGE)]];
  const others = Object.keys(BUILD.files).filter((name) => name !== PAGE);
  kept.push(...(await Promise.all(others.map(async (name) => [name, await verified(name)]))));
  const before = await caches.has(OWN);
  try {
    const cache = await caches.open(OWN);
    for (const [name, answer] of kept) await cache.put(HOME + name, answer);
  } catch (full) {
    // A page of this very version may be open, and then it was whole.
    if (!before) await caches.delete(OWN);
    throw full;
  }
  await askPublishers();
  await skipWaiting();
}

/** A file as the build made it: from another version, from the browser's memory, or anew. */
async function verified(name) {
  // Some hosts send those who ask for index.html away to the folder.
  const address = HOME + (name === PAGE ? "" : name);
  const named = NAMED_BY_CONTENT.test(name);
  const ways = [() => fetch(address, { cache: named ? "default" : "no-cache" }), () => fetch(address, { cache: "reload" })];
  if (named) ways.unshift(() => kept(name));
  for (const way of ways) {
    const answer = await way().catch(() => {});
    const bytes = await answer?.arrayBuffer().catch(() => {});
    if (bytes && (await isRight(name, bytes))) return asKept(bytes, answer.headers, BUILD.files[name][1]);
  }
  throw new Error(`${name} is not what this version says`);
}

async function isRight(name, bytes) {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return btoa(String.fromCharCode(...hash)) === BUILD.files[name][0];
}

/** With the headers of the host, so that what it forbids a page stays forbidden. */
function asKept(bytes, sent, type) {
  const headers = new Headers(sent);
  for (const ofTheLine of ["content-encoding", "content-length", "vary"]) headers.delete(ofTheLine);
  headers.set("content-type", type);
  return new Response(bytes, { headers });
}

/** Page and version are always one; `fresh` is the way out of a version that does not start. */
async function page(request, fresh) {
  const answer = fresh && (await fetch(request, { cache: "reload" }).catch(() => {}));
  // A redirection, as to a network's log-in page, has no status here.
  return answer && answer.status < 400 ? answer : ofOwn(request, PAGE);
}

async function ofOwn(request, name) {
  return (await caches.match(HOME + name, { cacheName: OWN })) ?? fetch(request);
}

async function ofAnyVersion(request, name) {
  return (await kept(name)) ?? fetch(request);
}

async function kept(name) {
  for (const cacheName of [OWN, ...(await ours())]) {
    const found = await caches.match(HOME + name, { cacheName });
    if (found) return found;
  }
}

async function ours() {
  return (await caches.keys()).filter((name) => name.startsWith(OURS));
}

/** What publishers lay over: of the net, and after a short wait as it last was. */
async function published(event) {
  const last = await caches.match(HOME + OVERLAYS, { cacheName: PUBLISHED });
  const asked = askPublishers();
  event.waitUntil(asked);
  if (!last) return (await asked) ?? fetch(event.request);
  const waited = new Promise((go) => setTimeout(go, SHORT_WAIT_MS));
  return (await Promise.race([asked, waited])) ?? last;
}

/** What publishers lay over now, which is kept; nothing where the net answers anything else. */
async function askPublishers() {
  try {
    const answer = await fetch(HOME + OVERLAYS, { cache: "no-cache" });
    const bytes = await answer.arrayBuffer();
    const begins = String.fromCharCode(...new Uint8Array(bytes, 0, OVERLAYS_MARK.length));
    if (!answer.ok || begins !== OVERLAYS_MARK) return undefined;
    const found = asKept(bytes, answer.headers, "application/octet-stream");
    const copy = found.clone();
    await caches.open(PUBLISHED).then((cache) => cache.put(HOME + OVERLAYS, copy)).catch(() => {});
    return found;
  } catch {
    return undefined;
  }
}

/** Which version each open page is of, as far as it has said. */
const versions = new Map();

/** A page says which version it is of; it is told ours, and what nobody uses any more goes. */
async function heard(from, version) {
  const first = !versions.has(from.id);
  versions.set(from.id, version);
  if (first) from.postMessage(BUILD.version);
  const open = await clients.matchAll({ type: "window", includeUncontrolled: true });
  const pages = open.filter(({ url }) => [HOME, HOME + PAGE].includes(url.split(/[?#]/)[0]));
  const silent = pages.filter(({ id }) => !versions.has(id));
  for (const page of silent) page.postMessage(BUILD.version);
  // A page that has said nothing yet is loading, or has failed: its version is kept for it. And
  // what a newer worker has fetched is not ours to judge.
  if (silent.length > 0 || registration.installing || registration.waiting) return;
  const used = new Set([OWN, PUBLISHED, ...pages.map(({ id }) => OURS + versions.get(id))]);
  for (const name of await ours()) if (!used.has(name)) await caches.delete(name);
}
