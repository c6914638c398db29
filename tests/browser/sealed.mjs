// Letters to an office, sealed by the independent implementation of the envelope's tests and
// posted as a sender's program would.
import { spawnSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { assessed, persona } from "./native.mjs";

const hpke = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../../envelope/tests/interop/hpke.mjs");
const MOST_AT_ONCE = 1_000;

/** Letters with these payloads, as `{sid, bytes}`. `box` is what an office publishes, or what a
 *  room's link says; `kind` is 1 for an office and 2 for a room. */
export function seal(box, payloads, kind = 1) {
  const base64 = (text) => Buffer.from(text, "base64url").toString("base64");
  const letters = [];
  for (let from = 0; from < payloads.length; from += MOST_AT_ONCE) {
    const batch = payloads.slice(from, from + MOST_AT_ONCE).map((payload) => ({ payload, sid: randomBytes(16) }));
    const requests = batch.map(({ payload, sid }) => ({
      do: "seal",
      kind,
      public: base64(box.key),
      mid: base64(box.id),
      sid: sid.toString("base64"),
      payload: Buffer.from(typeof payload === "string" ? payload : JSON.stringify(payload)).toString("base64"),
    }));
    const { stdout, status, stderr } = spawnSync("node", [hpke], { input: JSON.stringify(requests), encoding: "utf8", maxBuffer: 1 << 28 });
    if (status !== 0) throw new Error(stderr);
    const answers = JSON.parse(stdout);
    batch.forEach(({ sid }, place) => {
      letters.push({ sid: sid.toString("base64url"), bytes: Buffer.from(answers[place].letter, "base64") });
    });
  }
  return letters;
}

/** Posts letters; the answer: each with the secret that withdraws it. */
export async function post(box, letters) {
  const posted = [];
  const queue = letters.values();
  const sender = async () => {
    for (const letter of queue) {
      const secret = randomBytes(32);
      const address = `${box.relay}/v1/mailboxes/${box.id}/messages/${letter.sid}`;
      const send = () => fetch(address, {
        method: "PUT",
        headers: {
          authorization: `Bearer ${box.post}`,
          "content-type": "application/octet-stream",
          "vmb-delete-hash": createHash("sha256").update(secret).digest("hex"),
        },
        body: letter.bytes,
      });
      // The relay may end an idle connection just then; the same again is no harm.
      const answer = await send().catch(send).catch(send);
      if (![200, 201].includes(answer.status)) throw new Error(`${answer.status}: ${await answer.text()}`);
      posted.push({ ...letter, remove: `vmb1_d_${secret.toString("base64url")}` });
    }
  };
  await Promise.all(Array.from({ length: 16 }, sender));
  return posted;
}

/** The sender takes a letter back. */
export async function withdraw(box, letter) {
  const answer = await fetch(`${box.relay}/v1/mailboxes/${box.id}/messages/${letter.sid}`, {
    method: "DELETE",
    headers: { authorization: `Bearer ${letter.remove}` },
  });
  if (answer.status !== 204) throw new Error(`${answer.status}`);
}

/** What somebody sends: the profile of a persona, with what is added. */
export function submission(id, { contact, note, answers = true, profile = true, created = "2026-11-20" } = {}) {
  const person = persona(id);
  const told = assessed({ ...person, today: created });
  const scores = told.profile.dimensions.filter((it) => it.points !== null);
  const municipality = person.answers.municipality;
  const result = {
    segment: told.segment.segment,
    stage: told.stages?.[0],
    // points are whole hundredths (docs/adr/0005)
    scores: scores.map((it) => [it.scale, Math.round(it.points / 100)]),
    needs: told.needs.slice(0, 6).map((it) => [it.need, it.strength]),
    offers: told.recommendations.list.slice(0, 12).map((it) => it.offer),
    municipality: answers && /^\d{4}$/.test(municipality ?? "") ? municipality : undefined,
  };
  const parts = [profile && "profile", answers && "answers", contact && "contact", note && "note"];
  return {
    v: "1.0",
    catalogue: { id: "da", hash: "0" },
    lang: "da",
    created,
    test: person.questionnaire,
    version: 1,
    ...(profile && { result }),
    ...(answers && { code: told.code }),
    ...(contact && { contact }),
    ...(note && { note }),
    consent: { text_id: "send", text_hash: "0", parts: parts.filter(Boolean) },
  };
}
