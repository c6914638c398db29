// What phones do in a workshop's room: they read the link, seal an answer, post it, and ask for
// what the room tells them.
import { spawnSync } from "node:child_process";
import { createDecipheriv, createHash, randomBytes } from "node:crypto";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { post, seal } from "./sealed.mjs";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");
const sha256 = (...parts) => createHash("sha256").update(Buffer.concat(parts)).digest();

/** What the link of a room says: where its mailbox is, its key, and what opens it for answers. */
export function roomOf(address, relay) {
  const [, fragment, host] = address.match(/#\/join\/(1[\w-]{72})(?:\/(.+))?$/);
  const bytes = Buffer.from(fragment.slice(1), "base64url");
  const key = bytes.subarray(2, 34);
  return {
    relay: host ? `https://${host}` : relay,
    key: key.toString("base64url"),
    post: `vmb1_p_${bytes.subarray(34, 50).toString("base64url")}`,
    id: sha256(Buffer.from("vmb1/mid\0\x01", "latin1"), key).subarray(0, 16).toString("base64url"),
  };
}

/** Somebody with a phone. */
export function phone(number, given = {}) {
  return { person: randomBytes(32).toString("base64url"), turn: 1, name: { word: number % 60, number: 2 + (number % 98) }, ...given };
}

/** What the phone says, as the JSON inside a letter. */
export function says(phone, { what = "gives", levels = {}, needs = {}, stage } = {}) {
  return JSON.stringify({ v: 1, ...phone, what, levels, needs, ...(stage && { stage }) });
}

/** Seals and posts; the answer: the letters. */
export function send(room, payloads) {
  return post(room, seal(room, payloads, 2));
}

/** The codes that say the same as these letters. */
export function codes(payloads) {
  const options = ["run", "--quiet", "-p", "vaekstspejl-workshop", "--example", "letter_code"];
  const { status, stdout, stderr } = spawnSync("cargo", options, { cwd: root, encoding: "utf8", input: payloads.join("\n") });
  if (status !== 0) throw new Error(stderr);
  return stdout.trim().split("\n");
}

/** What the room tells this phone; null: nothing yet. */
export async function place(room, phone) {
  const key = Buffer.from(phone.person, "base64url");
  const tag = sha256(Buffer.from("vmb1/tag\0", "latin1"), key).subarray(0, 8);
  const address = `${room.relay}/v1/mailboxes/${room.id}/places/${tag.toString("base64url")}`;
  const answer = await fetch(address, { headers: { authorization: `Bearer ${room.post}` } });
  if (!answer.ok) throw new Error(`${answer.status}`);
  const { piece_b64: piece } = await answer.json();
  if (!piece) return null;
  const bytes = Buffer.from(piece, "base64");
  const [nonce, sealed] = [bytes.subarray(8, 20), bytes.subarray(20)];
  const opener = createDecipheriv("chacha20-poly1305", key, nonce, { authTagLength: 16 });
  opener.setAAD(Buffer.concat([Buffer.from("vaekstspejl/place/1"), Buffer.from(room.id, "base64url"), tag]), { plaintextLength: sealed.length - 16 });
  opener.setAuthTag(sealed.subarray(-16));
  const text = Buffer.concat([opener.update(sealed.subarray(0, -16)), opener.final()]);
  return JSON.parse(text.subarray(2, 2 + text.readUInt16BE(0)).toString());
}

/** Whether the relay still knows the room. */
export async function isThere(room) {
  const answer = await fetch(`${room.relay}/v1/mailboxes/${room.id}`, { headers: { authorization: `Bearer ${room.post}` } });
  return answer.ok;
}
