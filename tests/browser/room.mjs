// A workshop's room as its facilitator would have it: opened at a real relay with a key pair of
// node's own, its letters opened by the independent implementation of the envelope's tests.
import { spawnSync } from "node:child_process";
import { createCipheriv, createHash, createPublicKey, createPrivateKey, randomBytes } from "node:crypto";
import path from "node:path";
import { fileURLToPath } from "node:url";

const hpke = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../../envelope/tests/interop/hpke.mjs");
const sha256 = (...parts) => createHash("sha256").update(Buffer.concat(parts.map((it) => Buffer.from(it)))).digest();
const base64url = (bytes) => Buffer.from(bytes).toString("base64url");

/** Opens a room. The answer: its link, and what its facilitator can do. */
export async function openRoom(relay, { hours = 1 } = {}) {
  const secret = randomBytes(32);
  const der = Buffer.concat([Buffer.from("302e020100300506032b656e04220420", "hex"), secret]);
  const pair = createPublicKey(createPrivateKey({ key: der, format: "der", type: "pkcs8" }));
  const key = pair.export({ format: "der", type: "spki" }).subarray(12);
  const mid = sha256("vmb1/mid\0", [1], key).subarray(0, 16);
  const [post, owner] = [randomBytes(16), randomBytes(32)];
  const address = `${relay.url}/v1/mailboxes/${base64url(mid)}`;
  const owned = { authorization: `Bearer vmb1_o_${base64url(owner)}` };
  const answer = await fetch(address, {
    method: "PUT",
    headers: { authorization: `Bearer ${relay.adminToken}`, "content-type": "application/json" },
    body: JSON.stringify({
      kind: "room",
      post_hash: sha256(post).toString("hex"),
      owner_hash: sha256(owner).toString("hex"),
      ttl_s: hours * 3600,
    }),
  });
  if (![200, 201].includes(answer.status)) throw new Error(`${answer.status}: ${await answer.text()}`);
  const body = Buffer.concat([Buffer.from([1, 1]), key, post]);
  const fragment = `1${base64url(Buffer.concat([body, sha256(body).subarray(0, 4)]))}`;

  /** Every letter in the room, in the order they came: what is in it. */
  async function letters() {
    const page = await (await fetch(`${address}/messages?after=0&limit=100`, { headers: owned })).json();
    const rows = page.rows.filter((row) => row.body_b64);
    const requests = rows.map((row) => ({ do: "open", secret: secret.toString("base64"), letter: row.body_b64 }));
    if (requests.length === 0) return [];
    const { stdout, status, stderr } = spawnSync("node", [hpke], { input: JSON.stringify(requests), encoding: "utf8" });
    if (status !== 0) throw new Error(stderr);
    return JSON.parse(stdout).map((it) => JSON.parse(Buffer.from(it.payload, "base64").toString()));
  }

  return {
    fragment,
    mid: base64url(mid),
    letters,
    /** Takes no more letters. */
    close: () => fetch(`${address}/close`, { method: "POST", headers: owned }),
    /** Is not there any more. */
    remove: () => fetch(address, { method: "DELETE", headers: owned }),
    /** What the relay would hand to the phone of a person who is told this, as its JSON. */
    piece: (person, place, number) => ({ number, piece_b64: sealedPlace(mid, person, place).toString("base64") }),
  };
}

/** A piece of 512 bytes, by the table in envelope/src/place.rs. */
function sealedPlace(mid, person, place) {
  const key = Buffer.from(person, "base64url");
  const tag = sha256("vmb1/tag\0", key).subarray(0, 8);
  const text = Buffer.from(JSON.stringify(place));
  const padded = Buffer.alloc(512 - 8 - 12 - 16);
  padded.writeUInt16BE(text.length, 0);
  text.copy(padded, 2);
  const nonce = randomBytes(12);
  const cipher = createCipheriv("chacha20-poly1305", key, nonce, { authTagLength: 16 });
  cipher.setAAD(Buffer.concat([Buffer.from("vaekstspejl/place/1"), mid, tag]), { plaintextLength: padded.length });
  return Buffer.concat([tag, nonce, cipher.update(padded), cipher.final(), cipher.getAuthTag()]);
}
