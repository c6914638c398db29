// A real relay for one test: `vaekst-relay` in a folder of its own, with the built app beside the
// mailbox. It can be ended politely or not, and started again on the same data and port.
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");
export const dist = process.env.VAEKST_DIST ?? path.join(root, "dist");
let program;

/** Builds the relay once per worker: a moment when nothing has changed. RELAY_BINARY names another. */
function built() {
  const options = ["build", "--quiet", "-p", "vaekstspejl-relay", "--message-format=json"];
  const said = execFileSync("cargo", options, { cwd: root, encoding: "utf8", maxBuffer: 1 << 26 });
  const artifacts = said.split("\n").filter(Boolean).map((line) => JSON.parse(line));
  return artifacts.findLast((it) => it.executable && it.target?.name === "vaekst-relay").executable;
}

/** Starts a relay. `origins`: pages of other origins that may speak to it; `site`: whether it also
 *  hands out the built app, or the folder of another one; `settings`: more lines of its settings. The limits are wide, because
 *  a test is many senders behind one address. */
export async function startRelay({ origins = [], site = true, settings = "" } = {}) {
  program ??= process.env.RELAY_BINARY ?? built();
  const folder = mkdtempSync(path.join(tmpdir(), "vaekst-relay-"));
  const port = await freePort();
  const told = execFileSync(program, ["admin-token"], { encoding: "utf8" });
  const adminToken = told.match(/vmb1_a_[A-Za-z0-9_-]+/)[0];
  const hash = told.match(/admin_token_hash = "([0-9a-f]{64})"/)[1];
  const granted = execFileSync(program, ["grant", "Testby"], { encoding: "utf8" });
  const grant = granted.match(/vmb1_g_[A-Za-z0-9_-]+/)[0];
  const config = path.join(folder, "relay.toml");
  const text = (value) => JSON.stringify(value);
  const lines = [
    "[listen]", `address = "127.0.0.1:${port}"`,
    "[store]", `path = ${text(path.join(folder, "relay.sqlite"))}`,
    "[access]", `admin_token_hash = "${hash}"`,
    "[app]", `origins = ${text(origins)}`,
    "[site]", `folder = ${text(site === true ? dist : site || "")}`,
    "[limits]",
    "office_letters = 20000", "office_bytes = 134217728",
    "office_letters_rate = { burst = 20000, per_second = 1000.0 }",
    "address_rate = { burst = 20000, per_second = 1000.0 }",
    settings,
    // with it an office opens rooms
    "[[access.grants]]", 'name = "Testby"', granted.match(/hash = "[0-9a-f]{64}"/)[0],
  ];
  writeFileSync(config, `${lines.join("\n")}\n`);
  const url = `http://127.0.0.1:${port}`;
  let running;
  let said = "";

  async function start() {
    running = spawn(program, ["--config", config, "serve"], { stdio: ["ignore", "pipe", "pipe"] });
    for (const stream of [running.stdout, running.stderr]) stream.on("data", (data) => (said += data));
    for (let tries = 0; tries < 200; tries += 1) {
      if (running.exitCode !== null) break;
      const ready = await fetch(`${url}/readyz`).then((it) => it.ok, () => false);
      if (ready) return;
      await new Promise((go) => setTimeout(go, 50));
    }
    throw new Error(`the relay did not start: ${said}`);
  }

  async function end(signal) {
    if (running.exitCode !== null || running.signalCode !== null) return;
    const ended = new Promise((go) => running.once("exit", go));
    running.kill(signal);
    await ended;
  }

  await start();
  return {
    url,
    adminToken,
    /** What an office opens rooms with. */
    grant,
    /** The database file. */
    database: path.join(folder, "relay.sqlite"),
    log: () => said,
    /** Ends it as an operator would; nothing answers any more, the data stay. */
    halt: () => end("SIGTERM"),
    /** Ends it in the middle of whatever it does. */
    kill: () => end("SIGKILL"),
    /** Starts it again on the same data and port. */
    restart: async () => {
      await end("SIGKILL");
      await start();
    },
    /** Ends it for good. */
    stop: async () => {
      await end("SIGTERM");
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function freePort() {
  return new Promise((go, fail) => {
    const server = createServer();
    server.once("error", fail);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => go(port));
    });
  });
}
