/** The pages in the language of the person: by their browser, or as they have chosen. */
import { expect, expectAccessible, test } from "../fixtures.ts";
import { drafted, schedule } from "../servers/drafts.ts";
import { SettingsPage } from "../settings-page.ts";

/** What a person reads, in a language that their browser asks for. */
interface Speech {
  locale: string;
  lang: string;
  dir: "ltr" | "rtl";
  start: string;
  ready: string;
  approve: string;
  scheduled: string;
  request: string;
}

const SPEECHES: Speech[] = [
  {
    locale: "pt-BR",
    lang: "pt",
    dir: "ltr",
    start: "Começar",
    ready: "Pronto para aprovar",
    approve: "Aprovar e agendar",
    scheduled: "Agendado",
    request: "O seu pedido",
  },
  {
    locale: "ar-EG",
    lang: "ar",
    dir: "rtl",
    start: "بدء",
    ready: "جاهزة للموافقة",
    approve: "الموافقة والجدولة",
    scheduled: "مجدولة",
    request: "طلبك",
  },
];

for (const speech of SPEECHES) {
  test.describe(`with a browser in ${speech.locale}`, () => {
    test.use({ locale: speech.locale });

    test(`an email is read and approved in ${speech.lang}`, async ({ page, app, api, model }) => {
      const id = await drafted(api, model, "ana");
      await page.goto(app.url);
      await expect(page.locator("html")).toHaveAttribute("lang", speech.lang);
      await expect(page.locator("html")).toHaveAttribute("dir", speech.dir);
      await expect(page.getByRole("button", { name: speech.start })).toBeVisible();
      await expect(page.getByRole("main")).toContainText(speech.ready);
      await expectAccessible(page);

      await page.goto(`${app.url}/e/${id}`);
      await expect(page.locator("[data-hydrated]")).toBeAttached();
      await expect(page).toHaveTitle(new RegExp(`^${speech.ready} `));
      await expect(page.getByLabel(speech.request)).toBeVisible();
      await page.getByRole("button", { name: speech.approve }).click();
      // What the living page says after it has asked the server again.
      await expect(page).toHaveTitle(new RegExp(`^${speech.scheduled} `));
      await expect(page.getByRole("main")).not.toContainText("Approve");
    });
  });
}

test("a language that was chosen goes before that of the browser", async ({ page, app }) => {
  const settings = new SettingsPage(page, app);
  await settings.open();
  await settings.field("You", "These pages are in").selectOption("Deutsch");
  await settings.press("You", "Save");
  await expect(page.getByRole("heading", { level: 1, name: "Einstellungen" })).toBeVisible();
  await expect(page.locator("html")).toHaveAttribute("lang", "de");
  await page.goto(app.url);
  await expect(page.locator("html")).toHaveAttribute("lang", "de");
});

test.describe("with a browser in German", () => {
  test.use({ locale: "de-DE" });

  test("what the workflow tells is in the language of the page, with its values", async ({ page, app, api, model }) => {
    const id = await drafted(api, model, "ana");
    await schedule(api, id, 3600);
    await page.goto(`${app.url}/e/${id}?tab=timeline`);
    const steps = page.locator("#panel-timeline").getByRole("listitem");
    await expect(steps.filter({ hasText: "Gebeten: „thank ana@example.com“" })).toBeVisible();
    await expect(steps.filter({ hasText: "Hat Version 1 geschrieben." })).toBeVisible();
    await expect(steps.filter({ hasText: "Von Hand bearbeitet: Sendezeitpunkt. Version 2." })).toBeVisible();
    await expect(steps.filter({ hasText: /Version 2 ist freigegeben\. Sie geht ab: .*20\d\d, .*\(UTC\)\./ })).toBeVisible();
    // The living page says the same.
    await expect(page.locator("[data-hydrated]")).toBeAttached();
    await expect(steps.filter({ hasText: /Wrote version|Edited by hand|It leaves|Waiting until|approved/ })).toHaveCount(0);
    await expectAccessible(page);
  });
});
