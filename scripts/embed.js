// The tag by which other pages show the test: <vaekst-spejl office="…" lang="…" test="…" theme="…">,
// or this script itself with data-office and the like, which puts the tag in its own place.
//
// It makes the frame, gives it the height its content wants, and turns what the frame says into
// events. It stores nothing, asks for nothing but the frame, and has no way to an answer: the frame
// never says one. When the frame does not answer, a link leads to the test; what stands between the
// tag's two ends is that link, and it is all there is without script. docs/embed.md, ADR 19.
{
  const NAME = "vaekst-spejl";
  const VERSION = 1;
  const LONGEST = 2048; // letters of a message
  const MOST_IN_A_SECOND = 50;
  const HIGHEST = 100_000; // pixels
  const PATIENCE_MS = 12_000; // after the frame has loaded
  // xtask puts the words of content/strings/embedding.toml here: title, failed, open, by language
  const WORDS = __WORDS__;
  // Important rules in here win over important ones of the page (CSS Cascade 4, §6.1). How wide the
  // tag is, and its margins, stay the page's business.
  const STYLE = `
    :host { display: block !important; position: relative !important; inset: auto !important; float: none !important;
      min-width: min(100%, 18rem) !important; height: auto !important; min-height: 0 !important; max-height: none !important;
      padding: 0 !important; border: 0 !important; overflow: visible !important; opacity: 1 !important; visibility: visible !important;
      transform: none !important; translate: none !important; rotate: none !important; scale: none !important; zoom: 1 !important;
      filter: none !important; clip-path: none !important; mask: none !important; contain: none !important;
      content-visibility: visible !important; columns: auto !important; animation: none !important; transition: none !important;
      pointer-events: auto !important; }
    :host([hidden]) { display: none !important; }
    iframe { display: block; width: 100%; height: 40rem; border: 0; }
    p { margin: 0 0 1em; }
    p[hidden] { display: none; }
    i { position: absolute; scroll-margin: inherit; }`;

  const script = document.currentScript ?? document.querySelector('script[src*="/embed.js"]');
  const base = script?.src;

  /** The fields of a message; of anything else, none. */
  const read = (data) => {
    try {
      if (typeof data === "string" && data.length <= LONGEST) {
        const said = Object.assign(Object.create(null), JSON.parse(data));
        if (said.vs === VERSION) return said;
      }
    } catch {} // not ours
    return {};
  };

  const between = (value, least, most) => Number.isInteger(value) && value >= least && value <= most;

  class Spejl extends HTMLElement {
    static observedAttributes = ["lang", "theme"];
    // Open: a page can do what it likes in its own house, and those who check it want to look in.
    #inside = this.attachShadow({ mode: "open" });
    #frame;
    #port;
    #failed;
    #mark;
    #home;
    #timer;
    #ready;
    #second = 0;
    #taken = 0;

    constructor() {
      super();
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(STYLE);
      this.#inside.adoptedStyleSheets = [sheet];
    }

    connectedCallback() {
      const make = (name) => this.#inside.appendChild(document.createElement(name));
      const named = (name) => this.getAttribute(name) ?? "";
      this.#inside.replaceChildren();
      try {
        this.#home = new URL(named("base") || base, document.baseURI);
      } catch {
        return void make("slot"); // nobody knows where the test is but the link
      }
      const asked = new URLSearchParams({ lang: this.#lang });
      for (const name of ["office", "theme"]) if (named(name)) asked.set(name, named(name));
      const test = /^[\w-]+$/.test(named("test")) ? `#/test/${named("test")}` : "";
      const address = (page) => new URL(`${page}?${asked}${test}`, this.#home).href;

      this.#failed = make("p");
      this.#failed.hidden = true;
      const slot = document.createElement("slot");
      const link = slot.appendChild(document.createElement("a"));
      Object.assign(link, { href: address("index.html"), target: "_blank", rel: "noopener" });
      this.#failed.append(document.createElement("span"), " ", slot);
      this.#mark = make("i");
      this.#frame = document.createElement("iframe");
      Object.assign(this.#frame, {
        src: address("embed.html"),
        loading: "lazy",
        allow: "clipboard-write",
        referrerPolicy: "no-referrer",
      });
      this.#frame.addEventListener("load", () => this.#wait());
      this.#word();
      addEventListener("message", this);
      this.#inside.append(this.#frame);
    }

    disconnectedCallback() {
      removeEventListener("message", this);
      clearTimeout(this.#timer);
      this.#port?.close();
      this.#port = this.#ready = this.#frame = undefined;
      this.#inside.replaceChildren();
    }

    // moved by `moveBefore`, the frame and its answers stay
    connectedMoveCallback() {}

    attributeChangedCallback(name) {
      if (!this.#frame) return;
      this.#word();
      const value = name === "lang" ? this.#lang : this.getAttribute("theme") || "auto";
      this.#port?.postMessage(JSON.stringify({ vs: VERSION, t: name, v: value }));
    }

    // the tag's own language, else that of the page around it, as far as there are words
    get #lang() {
      const lang = this.closest("[lang]")?.lang.slice(0, 2).toLowerCase();
      return lang in WORDS ? lang : Object.keys(WORDS)[0];
    }

    #word() {
      const [title, failed, open] = WORDS[this.#lang];
      this.#frame.title = title;
      this.#failed.firstChild.textContent = failed;
      this.#failed.querySelector("a").textContent = open;
    }

    /** A frame that was refused is loaded too, but says nothing. */
    #wait() {
      clearTimeout(this.#timer);
      if (!this.#ready) this.#timer = setTimeout(() => { this.#failed.hidden = false; }, PATIENCE_MS);
    }

    handleEvent({ source, origin, data }) {
      const frame = this.#frame?.contentWindow;
      if (!frame || source !== frame || origin !== this.#home.origin) return;
      const { t, nonce } = read(data);
      if (t !== "hello" || typeof nonce !== "string") return;
      this.#port?.close(); // the frame was loaded anew
      const { port1, port2 } = new MessageChannel();
      this.#port = port1;
      port1.onmessage = (event) => this.#hear(event.data);
      frame.postMessage(JSON.stringify({ vs: VERSION, t: "init", nonce }), origin, [port2]);
    }

    #hear(data) {
      const second = Math.floor(performance.now() / 1000);
      if (second !== this.#second) [this.#second, this.#taken] = [second, 0];
      if ((this.#taken += 1) > MOST_IN_A_SECOND) return;
      const { t, px, n, all, given } = read(data);
      if (t === "ready") {
        clearTimeout(this.#timer);
        this.#ready = this.#failed.hidden = true;
        this.#tell(t);
      } else if (t === "height" && between(px, 100, HIGHEST)) {
        this.#frame.style.height = `${px}px`;
      } else if (t === "show" && between(px, 0, HIGHEST)) {
        this.#mark.style.top = `${px}px`;
        this.#mark.scrollIntoView();
      } else if (t === "step" && between(n, 1, all) && between(all, 1, 100)) {
        this.#tell(t, { n, all });
      } else if (t === "done") {
        this.#tell(t);
      } else if (t === "summary") {
        this.#tell(t, given);
      }
    }

    #tell(what, detail = null) {
      this.dispatchEvent(new CustomEvent(`vaekst:${what}`, { detail, bubbles: true, composed: true }));
    }
  }

  // A browser that cannot put a style into the tag shows the link.
  if (!customElements.get(NAME) && "adoptedStyleSheets" in Document.prototype) customElements.define(NAME, Spejl);

  const { office, lang, test, theme } = document.currentScript?.dataset ?? {};
  if ((office ?? lang ?? test ?? theme) !== undefined) {
    const tag = document.createElement(NAME);
    for (const [name, value] of Object.entries({ office, lang, test, theme, base })) if (value) tag.setAttribute(name, value);
    script.replaceWith(tag);
  }
}
