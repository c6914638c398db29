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

  const ask = (name) => {
    const file = document.createElement("link");
    file.rel = "preload";
    file.as = "fetch";
    file.crossOrigin = "";
    file.href = document.querySelector(`[name=${name}]`).content;
    document.head.append(file);
  };
  ask(`content-${root.lang}-first`);

  for (const link of app.querySelectorAll("[data-lang]")) {
    address.searchParams.set("lang", link.dataset.lang);
    link.href = address.search + address.hash;
  }

  if (address.hash.length > 2) {
    // a screen of the result needs the second piece of the program at once
    if (!address.hash.startsWith("#/test/")) {
      ask("result");
      ask(`content-${root.lang}-later`);
    }
    const wait = document.createElement("p");
    wait.className = "page__later narrow quiet";
    wait.textContent = (other ?? app).dataset.wait;
    app.querySelector("main").replaceChildren(wait);
  }

  // What the device keeps has its ways in the head, as in src/components/header.rs.
  try {
    app.querySelector(".header__ways").hidden = !localStorage.vaekstspejl || address.searchParams.has("shared");
  } catch {
    // storage is forbidden: nothing is kept
  }

  // A page that names a publisher is seen when it wears that publisher's look, which the program
  // puts on: not before that as somebody else's. If that takes too long, it is seen as it is.
  if (address.searchParams.has("office")) {
    const page = app.querySelectorAll(".header__name, main");
    const show = (how) => page.forEach((it) => (it.style.visibility = how));
    show("hidden");
    setTimeout(show, 3000, "");
  }
}
