// The office's app against a real relay: keys, letters, and everything that can be wrong.
import { arrive, createKey, expect, fetchLetters, idle, listed, test, unlock } from "./office.mjs";
import { post, seal, submission } from "./sealed.mjs";

const contact = { name: "Mette Sørensen", mail: "mette@frisoer.dk", phone: "+45 12 34 56 78", company: "Frisør Mette" };

test("an office makes a key, takes letters and reads them", async ({ page, relay }) => {
  const office = await createKey(page, relay);
  expect(office.words.split(" ")).toHaveLength(6);
  expect(office.file.name).toMatch(/^vaekstspejl-erhverv-testby-.{11}\.vsk$/);
  await idle(page);
  await expect(page.getByText("Her er ingen breve endnu")).toBeVisible();

  await post(office.box, seal(office.box, [
    submission("erik-toemrer-vil-saelge", { contact, note: "Ring helst om formiddagen.\nTak!" }),
    submission("mette-frisoer-under-pres", { answers: false }),
  ]));
  await fetchLetters(page);
  expect((await listed(page)).map((it) => it.who).sort()).toEqual(["Frisør Mette, Mette Sørensen", "Uden navn"]);

  await page.getByRole("link", { name: "Frisør Mette, Mette Sørensen" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Frisør Mette, Mette Sørensen");
  await expect(page.locator(".letter__words")).toHaveText("Ring helst om formiddagen.\nTak!");
  await expect(page.getByRole("link", { name: contact.mail })).toHaveAttribute("href", /^mailto:mette@frisoer\.dk\?subject=/);
  await page.locator("[data-action=show-profile]").click();
  await expect(page.locator("[data-segment=succession]")).toBeVisible();
});
