/** Every step of an email's life: on screen, as text, without script. */
import { readFile } from "node:fs/promises";
import { simpleParser } from "mailparser";
import { expect, test } from "../fixtures.ts";
import { EmailPage } from "../email-page.ts";
import type { ModelTurn } from "../servers/model.ts";
import { reaches } from "../servers/waits.ts";

const DRAFT: ModelTurn = {
  reply: "I wrote it.",
  to: ["ana@example.com"],
  subject: "Thank you",
  body: "Dear Ana,\n\nthank you.\n\nRenata",
};
const LATER: ModelTurn = { ...DRAFT, send: { change: "after", amount: 3, unit: "hours" } };

test("story 19 the timeline tells every attempt, live, and what the mail server said", async ({
  email,
  model,
  mail,
  context,
  page,
}) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  mail.refuseRecipient("ana@example.com", { code: 451, text: "4.7.1 Greylisted, come back later" }, 3);
  model.when("please thank Ana", DRAFT);
  await email.begin();
  await email.ask("please thank Ana at ana@example.com");
  await email.expectStage("Draft");
  await email.press("Send now");
  await email.showTimeline();
  await expect(email.timeline).toContainText("Asked: “please thank Ana at ana@example.com”");
  await expect(email.timeline).toContainText("Wrote version 1.");
  await expect(email.timeline).toContainText("Pressed Send now for version 1.");
  await expect(email.timeline).toContainText(/The next attempt is at .* \(Europe\/Lisbon\)/);
  await expect(email.timeline.getByRole("button", { name: "Try now" })).toBeVisible();

  await email.expectStage("Sent");
  const sent = email.timeline.getByRole("listitem").filter({ hasText: "Attempt 4: accepted." });
  await sent.getByText("More", { exact: true }).click();
  await expect(sent).toContainText("Attempt 1: refused for now.");
  await expect(sent).toContainText("Attempt 3: refused for now.");
  await expect(sent).toContainText("451 4.7.1 Greylisted, come back later");
  await expect(sent).toContainText(/took \d+ m?s · Message-ID <[^>]+@mail\.test>/);
  await expect(email.timeline.getByText(/^Attempt [123]: /)).toHaveCount(0);
  await expect(email.timeline.getByText("More", { exact: true })).not.toHaveCount(0);

  await email.timeline.getByRole("button", { name: "Copy technical details" }).click();
  await expect(email.timeline.getByRole("status")).toHaveText("Copied.");
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  expect(copied).toContain(email.id);
  expect(copied).toContain("Message-ID");
  expect(copied).toContain("451 4.7.1 Greylisted");
});

test("story 30 the timeline says what an answer took", async ({ email, model, api }) => {
  let asked = 0;
  model.when("please thank Ana", () => (++asked < 2 ? { status: 503, message: "Overloaded." } : LATER));
  await email.begin();
  await email.ask("please thank Ana at ana@example.com");
  await email.expectStage("Ready to approve");
  const { steps, revision, is_cut } = await api.timeline(email.id);
  expect(is_cut).toBe(false);
  expect(steps.map(({ number, who }) => `${number} ${who}`)).toEqual(["1 you", "2 agent"]);
  expect(steps[1]?.more?.[0]).toMatch(/^It took 2 attempts and \d+ s\.$/);
  expect(revision).toBe((await api.describe(email.id)).revision);
});

test("story 16 the timeline holds through kill -9", async ({ email, model, api, app, watch }) => {
  watch.allow(/ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE|Failed to fetch|503/);
  model.when("please thank Ana", LATER);
  await email.begin();
  await email.ask("please thank Ana at ana@example.com");
  await email.expectStage("Ready to approve");
  await api.command(email.id, { do: "approve", version: 1 });
  await reaches(api, email.id, "scheduled");
  const before = await api.timeline(email.id);
  expect(before.steps.map(({ text }) => text)).toContainEqual(
    expect.stringMatching(/^Version 1 is approved\. It leaves \w{3} \d+ \w{3} \d{4}, \d\d:\d\d/),
  );
  app.killNow();
  await app.recover();
  await reaches(api, email.id, "scheduled");
  expect((await api.timeline(email.id)).steps).toEqual(before.steps);
  await api.command(email.id, { do: "cancel" });
  await reaches(api, email.id, "canceled");
  expect((await api.timeline(email.id)).steps.at(-1)?.text).toBe("You canceled the email. Nothing was sent.");
});

test("the whole record and the message can be saved as files", async ({ email, model, page }) => {
  model.when("please thank Ana", LATER);
  await email.begin();
  await email.ask("please thank Ana at ana@example.com");
  await email.expectStage("Ready to approve");
  await email.showTimeline();
  const download = page.waitForEvent("download");
  await email.timeline.getByRole("link", { name: "Save the whole record" }).click();
  const file = await download;
  expect(file.suggestedFilename()).toBe(`${email.id}.json`);
  const record = JSON.parse(await readFile(await file.path(), "utf8"));
  expect(record.email.email.subject).toBe("Thank you");
  expect(record.email.versions).toHaveLength(1);
  expect(record.timeline.steps.map(({ text }: { text: string }) => text)).toContain("Wrote version 1.");

  const message = page.waitForEvent("download");
  await email.timeline.getByRole("link", { name: "Save as .eml" }).click();
  const parsed = await simpleParser(await readFile(await (await message).path(), "utf8"));
  expect((await message).suggestedFilename()).toBe(`${email.id}.eml`);
  expect([parsed.subject, parsed.text?.trimEnd()]).toEqual(["Thank you", record.email.email.body]);
});

test.describe("without script", () => {
  test.use({ javaScriptEnabled: false });

  test("story 41 the timeline can be read", async ({ page, app, model, api }) => {
    model.when("please thank Ana", LATER);
    const id = await api.start();
    await api.request(id, "please thank Ana at ana@example.com");
    await reaches(api, id, "ready_to_approve");
    await page.goto(`${app.url}/e/${id}`);
    await page.getByRole("link", { name: "Timeline", exact: true }).click();
    const { timeline } = new EmailPage(page, app);
    await expect(timeline).toContainText("Wrote version 1.");
    await timeline.getByText("Technical details", { exact: true }).click();
    await expect(timeline).toContainText(`Email: ${id}`);
    await page.getByRole("link", { name: "Email", exact: true }).click();
    await expect(page.getByRole("region", { name: "Email Draft" })).toContainText("Dear Ana,");
  });
});
