// The way back: put in place of worker.js, it takes everything of worker.js off the devices that
// come by, and pages are fetched from the net as if there had never been one. What the person
// keeps, and letters, are not in these caches and stay. See docs/adr/0020-offline.md.

addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(off()));

async function off() {
  const ours = `vaekstspejl ${new URL("./", location).href} `;
  for (const name of await caches.keys()) if (name.startsWith(ours)) await caches.delete(name);
  await registration.unregister();
}
