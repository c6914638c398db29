// On paper: two pages of A4 that another program can read, the code included.
import { execFileSync } from "node:child_process";
import { assessed, persona, profileFile } from "./native.mjs";
import { comeBack } from "./person.mjs";
import { expect, test } from "./recorder.mjs";

const longPlan = Array.from({ length: 14 }, (_, place) => ({
  what: { own: `Skridt ${place + 1}: ring til banken og hør, hvad der skal til, før vi skriver under` },
  who: "Maja og Anders",
  by: "2026-12-24",
}));

const sheets = {
  "a calm profile": { who: "erik-toemrer-vil-saelge" },
  "a profile in crisis": { who: "mette-frisoer-under-pres" },
  "a long plan": { who: "tove-fabrik-digital-og-groen", plan: longPlan },
  "English": { who: "laura-ide-til-bageri", lang: "en", plan: longPlan.slice(0, 3) },
};

const tool = (name, ...args) => execFileSync(name, args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
/** Without spaces and line ends: a line on paper breaks where it must. */
const squeezed = (text) => text.replaceAll(/[\s\u00AD-]+/g, "").toLowerCase();

for (const [name, { who, plan = [], lang = "da" }] of Object.entries(sheets)) {
  test(`${name} is printed on two pages with segment, offers and code`, async ({ page }, info) => {
    const person = { ...persona(who), plan };
    await comeBack(page, profileFile(person), `./?lang=${lang}#/profile`);
    await expect(page.locator(".sheet .qr")).toBeAttached();
    const title = await page.locator(".segment__title").textContent();
    const file = info.outputPath("profile.pdf");
    await page.pdf({ path: file, preferCSSPageSize: true, printBackground: true });

    const facts = tool("pdfinfo", file);
    expect(facts).toMatch(/Pages:\s+2\n/);
    expect(facts).toMatch(/Page size:.*A4/);
    const text = tool("pdftotext", "-raw", file, "-");
    const native = assessed(person, lang);
    expect(squeezed(text)).toContain(squeezed(title));
    expect(squeezed(text)).toContain(squeezed(native.titles.offers[native.recommendations.list[0].offer]));
    expect(squeezed(text)).toContain(native.code);
    if (plan.length > 0) expect(squeezed(text)).toContain(squeezed(plan[0].what.own));

    const picture = info.outputPath("page");
    tool("pdftoppm", "-r", "200", "-png", "-f", "2", "-l", "2", file, picture);
    expect(tool("zbarimg", "-q", "--raw", "-Sdisable", "-Sqrcode.enable", `${picture}-2.png`).toLowerCase()).toContain(native.code);
  });
}
