/** What must work without script, and pages that are not there. */
import { day } from "../calendar.ts";
import { expect, expectAccessible, test } from "../fixtures.ts";
import { EmailPage } from "../email-page.ts";
import { newKey } from "../servers/api.ts";
import { reaches } from "../servers/waits.ts";

const UNKNOWN = `email-${"b".repeat(26)}`;

test("story 34 an unknown or malformed address is one friendly 404", async ({ page, app, watch, api }) => {
  watch.allow(/status of 404/);
  await api.start();
  const texts = new Set<string>();
  for (const id of [UNKNOWN, "email-1", "..%2f..%2fetc%2fpasswd", "%00"]) {
    const response = await page.goto(`${app.url}/e/${id}`);
    expect(response?.status(), id).toBe(404);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    await expect(page.getByText("There is no email with this address. It may have been erased.")).toBeVisible();
    await expect(page.getByRole("link", { name: "Show all emails" })).toBeVisible();
    texts.add((await page.locator("main").textContent()) ?? "");
  }
  expect([...texts], "the same words for each").toHaveLength(1);
  await expectAccessible(page);
});

test.describe("without script", () => {
  test.use({ javaScriptEnabled: false });

  test("story 41 an email can be begun, read, approved and canceled", async ({ page, app, model, mail, api }) => {
    const tomorrow = day(1);
    model.when("thank Ana", {
      reply: "I wrote it.",
      to: ["ana@example.com"],
      subject: "Thank you",
      body: "Dear Ana,\n\nthank you.\n\nRenata",
      send: { change: "at", date: tomorrow.iso, time: "09:00", zone: "Europe/Lisbon" },
    });
    const { pill } = new EmailPage(page, app);
    await page.goto(app.url);
    await page.getByRole("button", { name: "Start", exact: true }).click();
    await page.waitForURL(/\/e\/email-/);
    const id = page.url().split("/").at(-1) ?? "";
    await page.getByLabel("Your request", { exact: true }).fill("please thank Ana at ana@example.com tomorrow at 9");
    await page.getByRole("button", { name: "Talk to Agent" }).click();
    await reaches(api, id, "ready_to_approve");
    await page.goto(`${app.url}/e/${id}`);
    await expect(pill).toHaveText("Ready to approve");
    await expect(page.locator("main")).toContainText("please thank Ana at ana@example.com tomorrow at 9");
    await expect(page.locator("main")).toContainText("I wrote it.");
    await expect(page.getByText(`${tomorrow.text}, 09:00 (Europe/Lisbon)`).first()).toBeVisible();

    await page.getByRole("button", { name: "Approve and schedule" }).click();
    await reaches(api, id, "scheduled");
    await page.goto(`${app.url}/e/${id}`);
    await expect(pill).toHaveText("Scheduled");
    await page.getByRole("button", { name: "Cancel email" }).click();
    await reaches(api, id, "canceled");
    await page.goto(`${app.url}/e/${id}`);
    await expect(pill).toHaveText("Canceled");
    expect(mail.attempts).toBe(0);

    await page.goto(app.url);
    await expect(page.getByRole("listitem").filter({ hasText: "ana@example.com" })).toContainText("Canceled");
  });
});

test.describe("with the script kept away", () => {
  test("story 41 an email is readable and can be canceled when the program fails to load", async ({
    page,
    app,
    model,
    api,
    watch,
  }) => {
    watch.allow(/ERR_FAILED|^page error: $/);
    await page.route(/\.(wasm|js)(\?.*)?$/, (route) => route.abort());
    model.when("thank Ana", { reply: "I wrote it.", to: ["ana@example.com"], subject: "Thank you", body: "Dear Ana" });
    const id = await api.start();
    await api.request(id, "please thank Ana at ana@example.com", newKey());
    await reaches(api, id, "draft");
    const { pill } = new EmailPage(page, app);
    await page.goto(`${app.url}/e/${id}`);
    await expect(pill).toHaveText("Draft");
    await expect(page.getByText("I wrote it.")).toBeVisible();
    await page.getByRole("button", { name: "Cancel email" }).click();
    await expect(pill).toHaveText("Canceled");
    await expectAccessible(page);
  });
});
