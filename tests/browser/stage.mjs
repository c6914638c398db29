// A host that a test plays with: a real relay with a folder of the app, and in front of it a line
// that can be cut, slowed down or talked into. Versions of the app are put into the folder and
// taken out again, as a host does it.
//
//   const stage = await startStage();                 serves the built app
//   stage.show(stage.version("b"));                   from now on another version
//   stage.fault = (path) => path.endsWith(".wasm") && { type: "text/html", body: "404" };
//   await stage.halt();                               nothing answers any more
import { createHash } from "node:crypto";
import { cpSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer, request } from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { dist, startRelay } from "./relay.mjs";

const sha256 = (bytes) => createHash("sha256").update(bytes).digest();
const hashed = /^(.+)-[0-9a-f]{12}\.(\w+)$/;

/** What the worker of a folder says belongs to its version. */
export function build(folder) {
  const [, json] = /^const BUILD = (.*);$/m.exec(readFileSync(path.join(folder, "worker.js"), "utf8"));
  return JSON.parse(json);
}

/** The name of the version that a page is. */
export const versionOf = (page) => page.locator("meta[name=version]").getAttribute("content");

/** Bytes that mean the same and are others. */
export function altered(ending, bytes, mark) {
  const text = (before, after) => Buffer.concat([bytes, Buffer.from(`${before}${mark}${after}`)]);
  if (ending === "js" || ending === "css") return text("/*", "*/");
  // a section of the module that nothing reads: its kind, its length, the length of its name
  if (ending === "wasm") return Buffer.concat([bytes, Buffer.from([0, mark.length + 1, mark.length]), Buffer.from(mark)]);
  return text("", ""); // what follows the content is not read
}

/** Writes another version of the app into a folder: every one of its files is another one. */
function writeVersion(folder, mark, alter) {
  cpSync(dist, folder, { recursive: true, filter: (file) => !file.endsWith(".br") && !file.includes(`${path.sep}console`) });
  const before = build(folder);
  const renamed = new Map();
  const rename = (text) => [...renamed].reduce((all, [from, to]) => all.replaceAll(from, to), text);
  // The script names the others, so it comes after them; the page names all.
  const names = Object.keys(before.files).filter((name) => hashed.test(name));
  names.sort((a, b) => a.endsWith(".js") - b.endsWith(".js"));
  for (const name of names) {
    const [, stem, ending] = hashed.exec(name);
    const old = readFileSync(path.join(folder, name));
    const bytes = alter(ending, ending === "js" ? Buffer.from(rename(old.toString())) : old, mark);
    renamed.set(name, `${stem}-${sha256(bytes).toString("hex").slice(0, 12)}.${ending}`);
    rmSync(path.join(folder, name));
    writeFileSync(path.join(folder, renamed.get(name)), bytes);
  }
  const version = sha256(before.version + mark).toString("hex").slice(0, 16);
  const page = path.join(folder, "index.html");
  writeFileSync(page, rename(readFileSync(page, "utf8")).replaceAll(before.version, version));
  const files = Object.entries(before.files).map(([name, [, type]]) => {
    const now = renamed.get(name) ?? name;
    return [now, [sha256(readFileSync(path.join(folder, now))).toString("base64"), type]];
  });
  const line = `const BUILD = ${JSON.stringify({ version, files: Object.fromEntries(files) })};`;
  const worker = path.join(folder, "worker.js");
  writeFileSync(worker, readFileSync(worker, "utf8").replace(/^const BUILD = .*;$/m, () => line));
}

/** Starts it, with the built app in the folder. */
export async function startStage() {
  const place = mkdtempSync(path.join(tmpdir(), "vaekst-stage-"));
  const current = path.join(place, "current");
  const show = (folder) => {
    symlinkSync(folder, `${current}.new`);
    renameSync(`${current}.new`, current);
  };
  show(dist);
  const relay = await startRelay({ site: current });
  const asked = [];
  const stage = { fault: () => undefined };

  const server = createServer((incoming, outgoing) => {
    const { pathname } = new URL(incoming.url, relay.url);
    asked.push(pathname);
    const fault = stage.fault(pathname);
    if (fault?.hang) return undefined;
    if (fault?.body !== undefined) {
      outgoing.writeHead(fault.status ?? 200, { "content-type": fault.type ?? "text/html" });
      return outgoing.end(fault.body);
    }
    const { host, ...headers } = incoming.headers;
    const onward = request(new URL(incoming.url, relay.url), { method: incoming.method, headers }, async (answer) => {
      outgoing.writeHead(answer.statusCode, answer.headers);
      let sent = 0;
      for await (const part of answer) {
        sent += part.length;
        if (fault?.cutAfter !== undefined && sent > fault.cutAfter) {
          outgoing.write(part.subarray(0, Math.floor(part.length / 2)));
          return setTimeout(() => outgoing.destroy(), 50);
        }
        outgoing.write(part);
      }
      outgoing.end();
    });
    onward.on("error", () => outgoing.destroy());
    incoming.pipe(onward);
  });
  const listen = (port) => new Promise((go) => server.listen(port, "127.0.0.1", go));
  await listen(0);
  const { port } = server.address();

  return Object.assign(stage, {
    url: `http://127.0.0.1:${port}/`,
    /** The paths asked for since the last look. */
    asked: () => asked.splice(0),
    /** The folder of another version; `alter` makes other bytes of each of its files. */
    version(name, alter = altered) {
      const folder = path.join(place, name);
      writeVersion(folder, name, alter);
      return folder;
    },
    /** A folder that is the built app but for some files. */
    like(name, changes) {
      const folder = path.join(place, name);
      cpSync(dist, folder, { recursive: true, filter: (file) => !file.includes(`${path.sep}console`) });
      for (const [file, text] of Object.entries(changes)) {
        rmSync(path.join(folder, `${file}.br`), { force: true });
        writeFileSync(path.join(folder, file), text);
      }
      return folder;
    },
    show,
    /** Its files by their paths on the server. */
    files: (folder) => readdirSync(folder).filter((name) => !name.endsWith(".br")).map((name) => `/${name}`),
    /** Nothing answers any more: the program is killed and the line is gone. */
    halt: async () => {
      await relay.kill();
      server.closeAllConnections();
      await new Promise((go) => server.close(go));
    },
    /** As it was. */
    restart: async () => {
      await relay.restart();
      await listen(port);
    },
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await relay.stop();
      rmSync(place, { recursive: true, force: true });
    },
  });
}
