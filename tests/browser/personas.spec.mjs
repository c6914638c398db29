// The same people, judged by the engine in the browser and outside of it: equal to the last point.
import { assessed, persona, personaIds, profileFile } from "./native.mjs";
import { arrive, comeBack, shownProfile } from "./person.mjs";
import { expect, test } from "./recorder.mjs";

/** Points as shown: hundredths, rounded half up; nothing when unknown. */
const rounded = (points) => (points === null ? "" : String(Math.floor((points + 50) / 100)));

/** The profile the page must show. Under pressure, help stands first and growth is no subject. */
function expected(native) {
  const crisis = native.segment.tone === "crisis";
  const urgent = crisis ? ["crisis"] : [];
  const growth = native.profile.dimensions.filter((it) => !["person", "idea", "company"].includes(it.part)).map((it) => it.scale);
  const scores = native.scores.filter((it) => !crisis || !growth.includes(it.scale));
  const needs = native.needs.map((it) => it.need);
  const { list, near_misses: near = [] } = native.recommendations;
  const offers = [...list, ...near];
  return {
    segment: native.segment.segment,
    needs: [...needs.filter((it) => urgent.includes(it)), ...needs.filter((it) => !urgent.includes(it))],
    offers: offers.map((it) => it.offer),
    levels: offers.map((it) => it.level),
    scores: Object.fromEntries(scores.map((it) => [it.scale, rounded(it.points)])),
    code: native.code,
  };
}

test.describe("the browser says what the engine says:", () => {
  for (const id of personaIds) {
    test(id, async ({ page }) => {
      const who = persona(id);
      const office = who.office ? `?office=${who.office}` : "";
      await page.clock.setFixedTime(new Date(`${who.today}T12:00:00`));
      if (Object.keys(who.answers).length === 0) return nothingSaid(page, who);
      await comeBack(page, profileFile(who), `./${office}#/profile`);
      const shown = await shownProfile(page);
      const scores = Object.fromEntries(shown.scores);
      expect({ ...shown, scores }).toEqual(expected(assessed(who)));
      return undefined;
    });
  }
});

/** Who has said nothing sees no result, but the ways to begin. */
async function nothingSaid(page, who) {
  await arrive(page, "./#/profile");
  await expect(page.locator("[data-segment]")).toHaveCount(0);
  await expect(page.locator(`main a[href="#/test/${who.questionnaire}"]`)).toBeVisible();
}
