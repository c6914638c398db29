// The envelope once more, written from RFC 9180 and the protocol alone, over node:crypto.
// It shares no line with the Rust program: what one seals, the other must open.
//
//   node hpke.mjs < requests.json      an array of requests in, an array of answers out
//   node hpke.mjs vectors.json         checks every value of the HPKE vectors, also those between
//
// Requests: {do:"seal", kind, public, mid, sid, payload, ikm} and {do:"open", secret, letter},
// bytes in base64. `plaintext` instead of `payload` gives the frame itself, to write it wrong.

import crypto from "node:crypto";
import fs from "node:fs";

const KEM = Buffer.from("KEM\x00\x20", "latin1");
const HPKE = Buffer.from("HPKE\x00\x20\x00\x01\x00\x03", "latin1");
const EMPTY = Buffer.alloc(0);
const TOTAL = { 1: 4096, 2: 1024 };

const bytes = (text) => Buffer.from(text, "base64");
const i2osp = (number, length) => {
  const out = Buffer.alloc(length);
  out.writeUIntBE(number, Math.max(0, length - 4), Math.min(4, length));
  return out;
};

// RFC 5869
const extract = (salt, ikm) =>
  crypto.createHmac("sha256", salt.length ? salt : Buffer.alloc(32)).update(ikm).digest();
const expand = (prk, info, length) => {
  let out = EMPTY;
  let block = EMPTY;
  for (let i = 1; out.length < length; i += 1) {
    block = crypto.createHmac("sha256", prk).update(Buffer.concat([block, info, Buffer.from([i])])).digest();
    out = Buffer.concat([out, block]);
  }
  return out.subarray(0, length);
};

// RFC 9180 §4
const labeledExtract = (suite, salt, label, ikm) =>
  extract(salt, Buffer.concat([Buffer.from("HPKE-v1"), suite, Buffer.from(label), ikm]));
const labeledExpand = (suite, prk, label, info, length) =>
  expand(prk, Buffer.concat([i2osp(length, 2), Buffer.from("HPKE-v1"), suite, Buffer.from(label), info]), length);

// X25519 in the wrappings of RFC 8410
const secretKey = (raw) =>
  crypto.createPrivateKey({ key: Buffer.concat([Buffer.from("302e020100300506032b656e04220420", "hex"), raw]), format: "der", type: "pkcs8" });
const publicKey = (raw) =>
  crypto.createPublicKey({ key: Buffer.concat([Buffer.from("302a300506032b656e032100", "hex"), raw]), format: "der", type: "spki" });
const publicOf = (raw) => crypto.createPublicKey(secretKey(raw)).export({ format: "der", type: "spki" }).subarray(12);
const dh = (secret, other) => crypto.diffieHellman({ privateKey: secretKey(secret), publicKey: publicKey(other) });

// §7.1.3, §4.1, §5.1
const deriveKeyPair = (ikm) => {
  const secret = labeledExpand(KEM, labeledExtract(KEM, EMPTY, "dkp_prk", ikm), "sk", EMPTY, 32);
  return { secret, public: publicOf(secret) };
};
const sharedSecret = (dhOut, enc, recipient) =>
  labeledExpand(KEM, labeledExtract(KEM, EMPTY, "eae_prk", dhOut), "shared_secret", Buffer.concat([enc, recipient]), 32);
const schedule = (shared, info) => {
  const context = Buffer.concat([
    Buffer.from([0]),
    labeledExtract(HPKE, EMPTY, "psk_id_hash", EMPTY),
    labeledExtract(HPKE, EMPTY, "info_hash", info),
  ]);
  const secret = labeledExtract(HPKE, shared, "secret", EMPTY);
  return {
    context,
    secret,
    key: labeledExpand(HPKE, secret, "key", context, 32),
    baseNonce: labeledExpand(HPKE, secret, "base_nonce", context, 12),
    exporter: labeledExpand(HPKE, secret, "exp", context, 32),
  };
};
const nonce = (base, seq) => base.map((byte, i) => byte ^ i2osp(seq, 12)[i]);

const encrypt = (key, iv, aad, plaintext) => {
  const cipher = crypto.createCipheriv("chacha20-poly1305", key, iv, { authTagLength: 16 });
  cipher.setAAD(aad, { plaintextLength: plaintext.length });
  return Buffer.concat([cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
};
const decrypt = (key, iv, aad, sealed) => {
  const decipher = crypto.createDecipheriv("chacha20-poly1305", key, iv, { authTagLength: 16 });
  decipher.setAAD(aad, { plaintextLength: sealed.length - 16 });
  decipher.setAuthTag(sealed.subarray(-16));
  return Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()]);
};

// The letter, from the table of the protocol
const infoOf = (header) => Buffer.concat([Buffer.from("vaekstspejl/vmb/1"), header.subarray(4, 8)]);

function seal(request) {
  const recipient = bytes(request.public);
  const kid = crypto.createHash("sha256").update("vmb1/kid\0").update(Buffer.from([1])).update(recipient).digest().subarray(0, 8);
  const header = Buffer.concat([Buffer.from("VSM1"), Buffer.from([1, 1, request.kind, 0]), kid, bytes(request.mid), bytes(request.sid)]);
  const frame = Buffer.alloc(TOTAL[request.kind] - 48 - 32 - 16);
  if (request.plaintext) {
    bytes(request.plaintext).copy(frame);
  } else {
    const payload = bytes(request.payload);
    frame.writeUInt32BE(payload.length, 0);
    payload.copy(frame, 4);
  }
  const ephemeral = deriveKeyPair(request.ikm ? bytes(request.ikm) : crypto.randomBytes(32));
  const shared = sharedSecret(dh(ephemeral.secret, recipient), ephemeral.public, recipient);
  const { key, baseNonce } = schedule(shared, infoOf(header));
  const sealed = encrypt(key, nonce(baseNonce, 0), header, frame);
  return { letter: Buffer.concat([header, ephemeral.public, sealed]).toString("base64") };
}

function open(request) {
  const letter = bytes(request.letter);
  const secret = bytes(request.secret);
  const [header, enc, sealed] = [letter.subarray(0, 48), letter.subarray(48, 80), letter.subarray(80)];
  const shared = sharedSecret(dh(secret, enc), enc, publicOf(secret));
  const { key, baseNonce } = schedule(shared, infoOf(header));
  const frame = decrypt(key, nonce(baseNonce, 0), header, sealed);
  const end = 4 + frame.readUInt32BE(0);
  if (frame.subarray(end).some((byte) => byte !== 0)) throw new Error("padding");
  return { payload: frame.subarray(4, end).toString("base64") };
}

function checkVectors(vectors) {
  let checks = 0;
  const same = (what, is, hex) => {
    if (Buffer.from(is).toString("hex") !== hex) throw new Error(`${what}: ${Buffer.from(is).toString("hex")}, not ${hex}`);
    checks += 1;
  };
  for (const v of vectors.hpke) {
    const hex = (text) => Buffer.from(text, "hex");
    const [ephemeral, recipient] = [deriveKeyPair(hex(v.ikmE)), deriveKeyPair(hex(v.ikmR))];
    same("skEm", ephemeral.secret, v.skEm);
    same("pkEm", ephemeral.public, v.pkEm);
    same("skRm", recipient.secret, v.skRm);
    same("pkRm", recipient.public, v.pkRm);
    same("enc", ephemeral.public, v.enc);
    const shared = sharedSecret(dh(recipient.secret, hex(v.enc)), hex(v.enc), recipient.public);
    same("shared_secret", shared, v.shared_secret);
    const s = schedule(shared, hex(v.info));
    same("key_schedule_context", s.context, v.key_schedule_context);
    same("secret", s.secret, v.secret);
    same("key", s.key, v.key);
    same("base_nonce", s.baseNonce, v.base_nonce);
    same("exporter_secret", s.exporter, v.exporter_secret);
    for (const e of v.encryptions) {
      same(`ct ${e.seq}`, encrypt(s.key, nonce(s.baseNonce, e.seq), hex(e.aad), hex(e.pt)), e.ct);
      same(`pt ${e.seq}`, decrypt(s.key, nonce(s.baseNonce, e.seq), hex(e.aad), hex(e.ct)), e.pt);
    }
    for (const e of v.exports) {
      same("export", labeledExpand(HPKE, s.exporter, "sec", hex(e.exporter_context), e.L), e.exported_value);
    }
  }
  return checks;
}

if (process.argv[2]) {
  console.log(checkVectors(JSON.parse(fs.readFileSync(process.argv[2], "utf8"))));
} else {
  const requests = JSON.parse(fs.readFileSync(0, "utf8"));
  const answer = (request) => {
    try {
      return request.do === "seal" ? seal(request) : open(request);
    } catch (error) {
      return { error: String(error.message) };
    }
  };
  console.log(JSON.stringify(requests.map(answer)));
}
