/** Safety of work: nothing typed is lost, nothing is doubled, tabs agree, crashes heal. */
import { expect, NOT_CONNECTED, test } from "../fixtures.ts";
import { EmailPage } from "../email-page.ts";
import { newKey } from "../servers/api.ts";
import type { ModelTurn } from "../servers/model.ts";
import { reaches } from "../servers/waits.ts";

const DRAFT: ModelTurn = {
  reply: "I wrote it.",
  to: ["ana@example.com"],
  subject: "Thank you",
  body: "Dear Ana,\n\nthank you.\n\nRenata",
};
const LATER: ModelTurn = { ...DRAFT, send: { change: "after", amount: 3, unit: "hours" } };
const SOON: ModelTurn = { ...DRAFT, send: { change: "after", amount: 8, unit: "seconds" } };

test("story 11 half a request survives a reload, a dead browser and another browser", async ({
  email,
  api,
  app,
  browser,
  watch,
}) => {
  await email.begin();
  await email.showChat();
  // Somebody who types steadily never pauses: what is there so far is saved all the same.
  const typed = "Dear agent, please thank Ana for ";
  let finished = false;
  const typing = email.composer.pressSequentially(typed, { delay: 250 }).then(() => {
    finished = true;
  });
  await expect.poll(async () => (await api.describe(email.id)).request_draft.text, { timeout: 15_000 }).not.toBe("");
  expect(finished, "saved while typing went on").toBe(false);
  await typing;
  await expect.poll(async () => (await api.describe(email.id)).request_draft.text).toBe(typed);
  await expect(email.saveNote).toContainText(/Saved \d\d:\d\d:\d\d/);

  await email.reload();
  await email.showChat();
  await expect(email.composer).toHaveValue(typed);

  const elsewhere = await browser.newContext();
  const other = await elsewhere.newPage();
  watch.over(other);
  const otherEmail = new EmailPage(other, app);
  await otherEmail.open(email.id);
  await otherEmail.showChat();
  await expect(otherEmail.composer).toHaveValue(typed);
  await elsewhere.close();

  // Typed and not saved yet when the page goes away.
  await email.composer.press("Control+End");
  await email.composer.pressSequentially("the flowers");
  await email.reload();
  await email.showChat();
  await expect(email.composer).toHaveValue(`${typed}the flowers`);
});

test("story 11 what is typed before the script is there is taken up by it", async ({ email, model, page, app }) => {
  model.when("please thank Ana", DRAFT);
  await email.begin();
  let release = (): void => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.route(/\.wasm(\?.*)?$/, async (route) => {
    await held;
    await route.continue();
  });
  await page.goto(`${app.url}/e/${email.id}`, { waitUntil: "commit" });
  const words = "please thank Ana at ana@example.com";
  await email.composer.fill(words);
  release();
  await expect(page.locator("[data-hydrated]")).toBeAttached();
  await expect(email.composer).toHaveValue(words);
  await email.composer.press("Control+Enter");
  await email.expectStage("Draft");
});

test("story 12 a cleared request stays cleared", async ({ email, api }) => {
  await email.begin();
  await email.showChat();
  await email.composer.fill("never mind this");
  await expect.poll(async () => (await api.describe(email.id)).request_draft.text).toBe("never mind this");
  await email.composer.fill("");
  await expect.poll(async () => (await api.describe(email.id)).request_draft.text).toBe("");
  await email.reload();
  await email.showChat();
  await expect(email.composer).toHaveValue("");
});

test("story 13 a late save does not bring back what was sent", async ({ email, api, model, page }) => {
  model.when("thank Ana", LATER);
  await email.begin();
  await email.showChat();
  // The save sets out before the request, and arrives after it.
  let letGo = () => {};
  const held = new Promise<void>((resolve) => (letGo = resolve));
  let saves = 0;
  await page.route("**/api/ai-agent/save_draft", async (route) => {
    saves += 1;
    await held;
    await route.continue();
  });
  const words = "please thank Ana at ana@example.com";
  await email.composer.fill(words);
  await expect.poll(() => saves).toBeGreaterThan(0);
  await email.submit();
  await email.expectStage("Ready to approve");
  const arrived = page.waitForResponse("**/api/ai-agent/save_draft");
  letGo();
  await arrived;
  expect((await api.describe(email.id)).request_draft.text).toBe("");
  await email.showChat();
  await expect(email.composer).toHaveValue("");
  await email.reload();
  await email.showChat();
  await expect(email.composer).toHaveValue("");
});

test("story 14 two tabs agree, and nothing is overwritten", async ({ email, model, api, app, context, watch }) => {
  watch.allow(/status of 409/);
  model.when("thank Ana", LATER);
  await email.begin();
  await email.ask("please thank Ana at ana@example.com");
  await email.expectStage("Ready to approve");
  const other = new EmailPage(await context.newPage(), app);
  await other.open(email.id);
  await other.showEmail();
  await email.edit({ Subject: "From the first tab" });
  await other.expectField("Subject", "From the first tab");

  // Both edit: the second to save is asked.
  await other.openEditor();
  await other.fill({ Subject: "From the second tab" });
  await email.edit({ Subject: "First again" });
  await expect(other.card).toContainText("This draft was changed meanwhile");
  await expect(other.field("Subject")).toHaveValue("From the second tab");
  await other.press("Keep mine as a new version");
  await other.press("Save");
  await email.expectField("Subject", "From the second tab");
  const { versions } = await api.describe(email.id);
  expect(versions.map((version) => version.email.subject)).toEqual([
    "Thank you",
    "From the first tab",
    "First again",
    "From the second tab",
  ]);
});

test("story 15 requests queue while the agent works, and survive a restart", async ({
  email,
  model,
  api,
  app,
  watch,
  page,
}) => {
  watch.allow(NOT_CONNECTED);
  const first = model.hold("please thank Ana", DRAFT);
  model.when("make it formal", { reply: "More formal now.", subject: "With sincere thanks" });
  await email.begin();
  await email.ask("please thank Ana at ana@example.com");
  await email.expectStage("Working");
  await expect(email.button("Add to queue")).toBeVisible();
  await email.ask("make it formal");
  await email.ask("and this one not");
  await expect(email.queue).toContainText("make it formal");
  await expect(email.queue).toContainText("and this one not");
  await email.queue.getByRole("listitem").filter({ hasText: "and this one not" }).getByRole("button").click();
  await expect(email.queue).not.toContainText("and this one not");

  app.killNow();
  await app.recover();
  await expect(email.queue).toContainText("make it formal");
  await page.reload();
  await email.hydrated();
  await expect(email.queue).toContainText("make it formal");
  first.release();
  await expect(email.conversation).toContainText("More formal now.");
  const view = await reaches(api, email.id, "draft");
  expect(view.email.subject).toBe("With sincere thanks");
  expect(view.conversation.map(({ text }) => text)).toEqual([
    "please thank Ana at ana@example.com",
    "I wrote it.",
    "make it formal",
    "More formal now.",
  ]);
});

test("story 16 a turn survives kill -9 of the server", async ({ email, model, api, app, watch }) => {
  watch.allow(NOT_CONNECTED);
  const held = model.hold("please thank Ana", LATER);
  await email.begin();
  await email.ask("please thank Ana at ana@example.com");
  await email.expectStage("Working");
  await expect.poll(() => model.requests.length).toBe(1);
  app.killNow();
  await app.recover();
  held.release();
  // The page finds its way back by itself.
  await email.expectStage("Ready to approve");
  const { conversation } = await api.describe(email.id);
  expect(conversation.map(({ text }) => text)).toEqual(["please thank Ana at ana@example.com", "I wrote it."]);
  await expect(email.conversation.getByText("I wrote it.")).toHaveCount(1);
});

test("story 17 killed after the mail server's 250, it never sends twice", async ({ email, model, mail, app, watch }) => {
  watch.allow(NOT_CONNECTED);
  model.when("please thank Ana", SOON);
  await email.begin();
  await email.ask("please thank Ana at ana@example.com");
  await email.expectStage("Ready to approve");
  const killed = new Promise<void>((done) => {
    mail.onAccepted = () => {
      app.killNow();
      done();
    };
  });
  await email.press("Approve and schedule");
  await killed;
  await app.recover();
  await email.expectStage(/^(Sent|Unsure)$/);
  expect(mail.mails).toHaveLength(1);
  if ((await email.pill.textContent()) === "Unsure") {
    await expect(email.status).toContainText(/may have arrived/i);
    await email.press("It arrived");
  }
  await email.expectStage("Sent");
  expect(mail.mails).toHaveLength(1);
});

test("story 17 unsure: sent again by hand, with the same Message-ID", async ({ email, model, mail }) => {
  mail.afterNextData({ do: "drop" });
  model.when("please thank Ana", SOON);
  await email.begin();
  await email.ask("please thank Ana at ana@example.com");
  await email.expectStage("Ready to approve");
  await email.press("Approve and schedule");
  await email.expectStage("Unsure");
  expect(mail.mails).toHaveLength(1);
  await email.press("Send again");
  await email.expectStage("Sent");
  const [first, second, ...others] = mail.mails;
  expect(others).toEqual([]);
  expect(second?.parsed.messageId).toBe(first?.parsed.messageId);
});

test("story 18 approving twice makes one schedule and one mail", async ({ email, model, mail, api, page, watch }) => {
  watch.allow(/status of 409/);
  model.when("please thank Ana", SOON);
  await email.begin();
  await email.ask("please thank Ana at ana@example.com");
  await email.expectStage("Ready to approve");
  const calls: string[] = [];
  page.on("request", (request) => {
    if (request.url().endsWith("/command")) calls.push(request.postData() ?? "");
  });
  await email.button("Approve and schedule").dblclick();
  await email.expectStage("Scheduled");
  const { schedule } = (await api.describe(email.id)).stage;
  // The same press again, as a proxy would repeat it, and another press of somebody else.
  const { key, command } = JSON.parse(calls[0] ?? "{}") as { key: string; command: { do: "approve"; version: number } };
  await api.command(email.id, command, key);
  await api.command(email.id, command, newKey()).catch(() => {});
  expect((await api.describe(email.id)).stage.schedule).toEqual(schedule);
  await email.expectStage("Sent");
  expect(mail.mails).toHaveLength(1);
  expect(mail.attempts).toBe(1);
});
