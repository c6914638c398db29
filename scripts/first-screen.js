// Stands inline after the first screen and runs before it is painted: puts the screen in the
// language of the address, asks for that language's content, and when the address names another
// screen says that it is coming. It knows the elements of index.html and nothing else; the program
// (src/mount.rs) takes over from it.
{
  const address = new URL(location);
  const root = document.documentElement;
  const app = document.getElementById("app");
  const other = document.getElementById(`first-${address.searchParams.get("lang")}`);
  if (other) {
    app.replaceChildren(other.content.cloneNode(true));
    root.lang = other.lang;
    root.dir = other.dir;
  }

  const content = document.createElement("link");
  content.rel = "preload";
  content.as = "fetch";
  content.crossOrigin = "";
  content.href = document.querySelector(`[name=content-${root.lang}-first]`).content;
  document.head.append(content);

  for (const link of app.querySelectorAll("[data-lang]")) {
    address.searchParams.set("lang", link.dataset.lang);
    link.href = address.search + address.hash;
  }

  if (address.hash.length > 2) {
    const wait = document.createElement("p");
    wait.className = "page__later narrow quiet";
    wait.textContent = (other ?? app).dataset.wait;
    app.querySelector("main").replaceChildren(wait);
  }
}
