/** What keeps mail from leaving by surprise: late, restored, on hold, too many, not allowed. */
import { join } from "node:path";
import { expect, expectAccessible, NOT_CONNECTED, test } from "../fixtures.ts";
import { drafted, schedule } from "../servers/drafts.ts";
import { passes, reaches } from "../servers/waits.ts";

/** A timer that is a few seconds behind is not late. */
const GRACE_SECONDS = 6;

test("story 21 a mail that was due while the machine was off asks, and is not sent", async ({
  email,
  api,
  app,
  model,
  mail,
  watch,
}) => {
  watch.allow(NOT_CONNECTED);
  await api.saveSafety({ ask_when_late_minutes: 0 });
  const id = await drafted(api, model, "ana");
  await email.open(id);
  const time = await schedule(api, id, 8);
  await reaches(api, id, "scheduled");
  await app.kill("both");
  await passes(time, GRACE_SECONDS);
  await app.recover();
  await email.expectStage("On hold");
  await expect(email.status).toContainText("The program was off when this should have left.");
  expect(mail.attempts).toBe(0);
  expect(await api.onHold()).toMatchObject({ late: 1 });

  // The person decides.
  await email.press("Send now");
  await email.expectStage("Sent");
  expect(mail.mails).toHaveLength(1);
});

test("story 21 a little late is not too late", async ({ api, app, model, mail }) => {
  const id = await drafted(api, model, "ana");
  const time = await schedule(api, id, 6);
  await reaches(api, id, "scheduled");
  await app.kill("both");
  await passes(time, GRACE_SECONDS);
  await app.recover();
  await reaches(api, id, "sent");
  expect(mail.mails).toHaveLength(1);
});

test("story 22 a restored backup sends nothing before it is released", async ({ email, api, app, model, mail, watch }) => {
  watch.allow(NOT_CONNECTED);
  const ana = await drafted(api, model, "ana");
  const bob = await drafted(api, model, "bob");
  const later = await drafted(api, model, "carla");
  await schedule(api, later, 3600);
  const time = await schedule(api, bob, 25);
  await schedule(api, ana, 6);
  for (const id of [ana, bob, later]) await reaches(api, id, "scheduled");
  const backup = join(app.dataDir, "..", "backup.db");
  await app.engineTool("backup", backup);
  await reaches(api, ana, "sent");
  await app.kill("both");
  await passes(time);
  await app.engineTool("restore", backup);
  await app.recover();

  // What was sent and what was not look alike to the restored data, so both ask.
  for (const id of [ana, bob]) expect((await reaches(api, id, "held")).stage.held?.why).toBe("restored");
  expect((await reaches(api, later, "scheduled")).stage.name).toBe("scheduled");
  expect(mail.mails.map(({ parsed }) => parsed.subject)).toEqual(["Thanks, ana"]);
  await email.open(ana);
  await email.expectStage("On hold");
  await expect(email.status).toContainText("restored from a backup");
  await email.press("Cancel email");
  await email.expectStage("Canceled");

  // The rest at once; a further start asks no more.
  expect(await api.release("restored")).toEqual({ emails: 1 });
  await reaches(api, bob, "sent");
  await app.kill("both");
  await app.recover();
  await reaches(api, later, "scheduled");
  expect(mail.mails.map(({ parsed }) => parsed.subject)).toEqual(["Thanks, ana", "Thanks, bob"]);
});

test("story 22 what was sent before the restore and is released all the same is a new attempt", async ({
  api,
  app,
  model,
  mail,
}) => {
  await api.saveSafety({ undo_seconds: 0 });
  const id = await drafted(api, model, "ana");
  await schedule(api, id, 6);
  await reaches(api, id, "scheduled");
  const backup = join(app.dataDir, "..", "backup.db");
  await app.engineTool("backup", backup);
  await reaches(api, id, "sent");
  await app.kill("both");
  await app.engineTool("restore", backup);
  await app.recover();
  await reaches(api, id, "held");
  expect(mail.mails).toHaveLength(1);
  await api.command(id, { do: "send_now", version: 2 });
  await reaches(api, id, "sent");
  const [first, second, ...others] = mail.mails;
  expect(others).toEqual([]);
  expect(second?.parsed.messageId).toBe(first?.parsed.messageId);
});

test("everything on hold stays here, and goes on once it is released", async ({ email, page, api, model, mail }) => {
  await api.saveSafety({ hold: true });
  const id = await drafted(api, model, "ana");
  await schedule(api, id, 4);
  await email.open(id);
  await expect(page.getByRole("link", { name: "All outgoing mail is paused" })).toBeVisible();
  await email.expectStage("On hold");
  await expect(email.status).toContainText("All outgoing mail is paused.");
  await expect(email.status.getByRole("link", { name: "Open settings" })).toBeVisible();
  expect(mail.attempts).toBe(0);

  await api.saveSafety({ hold: false });
  await email.expectStage("Sent");
  expect(mail.mails).toHaveLength(1);
  await email.reload();
  await expect(page.getByRole("link", { name: "All outgoing mail is paused" })).toHaveCount(0);
});

test("what became late on hold asks when everything is released, and a hold survives kill -9", async ({
  api,
  app,
  model,
  mail,
}) => {
  await api.saveSafety({ hold: true, ask_when_late_minutes: 0 });
  const late = await drafted(api, model, "ana");
  const inTime = await drafted(api, model, "bob");
  await api.command(inTime, { do: "approve", version: 1 });
  const time = await schedule(api, late, 4);
  await reaches(api, late, "held");
  await app.kill("both");
  await passes(time, GRACE_SECONDS);
  await app.recover();
  expect(await api.safety()).toMatchObject({ hold: true });
  await api.saveSafety({ hold: false, ask_when_late_minutes: 0, undo_seconds: 0 });
  await expect.poll(async () => (await api.describe(late)).stage.held?.why).toBe("late");
  await reaches(api, inTime, "scheduled");
  expect(mail.attempts).toBe(0);
  await api.command(inTime, { do: "send_now", version: 1 });
  await reaches(api, inTime, "sent");
  expect(mail.mails.map(({ parsed }) => parsed.subject)).toEqual(["Thanks, bob"]);
});

test.describe("with EMAIL_AGENT_HOLD", () => {
  test.use({ hold: true });

  test("nothing leaves before a person has looked", async ({ api, model, mail }) => {
    expect(await api.safety()).toMatchObject({ hold: true });
    const id = await drafted(api, model, "ana");
    await api.command(id, { do: "send_now", version: 1 });
    expect((await reaches(api, id, "held")).stage.held?.why).toBe("everything");
    expect(mail.attempts).toBe(0);
  });
});

test("an undo window of 0 s and of 60 s", async ({ email, api, model, mail }) => {
  await api.saveSafety({ undo_seconds: 60 });
  const id = await drafted(api, model, "ana");
  await email.open(id);
  await email.press("Send now");
  await email.expectStage(/Sending in (1 min|5\d s)/);
  await email.press("Undo");
  await email.expectStage("Ready to approve");
  expect(mail.attempts).toBe(0);

  await api.saveSafety({ undo_seconds: 0 });
  await email.press("Send now");
  await email.expectStage("Sent");
  expect(mail.mails).toHaveLength(1);
});

test("a limit holds what is too much, tells until when, and lets go when it is raised", async ({
  email,
  api,
  model,
  mail,
}) => {
  await api.saveSafety({ undo_seconds: 0, mails_per_hour: 1 });
  const first = await drafted(api, model, "ana");
  await api.command(first, { do: "send_now", version: 1 });
  await reaches(api, first, "sent");
  const second = await drafted(api, model, "bob");
  await email.open(second);
  await email.press("Send now");
  await email.expectStage("On hold");
  await expect(email.status).toContainText(/allowed in an hour have left\. Goes on by itself in (59 min|1 h)/);
  expect(mail.mails).toHaveLength(1);

  await api.saveSafety({ undo_seconds: 0, mails_per_hour: 2 });
  await email.expectStage("Sent");
  expect(mail.mails).toHaveLength(2);
});

test("a domain that is not allowed cannot be approved, and is held if the list changes later", async ({
  email,
  api,
  model,
  mail,
}) => {
  const armed = await drafted(api, model, "bob");
  await schedule(api, armed, 6);
  await reaches(api, armed, "scheduled");
  await api.saveSafety({ allowed_domains: ["example.org"] });
  const id = await drafted(api, model, "ana");
  await email.open(id);
  await email.showEmail();
  await expect(email.card).toContainText("Mail may not leave to ana@example.com");
  await expect(api.command(id, { do: "approve", version: 1 })).rejects.toThrow(/domain is not in the list/);
  expect((await reaches(api, armed, "held")).stage.held?.why).toBe("domain");
  expect(mail.attempts).toBe(0);

  await api.saveSafety({ allowed_domains: ["example.org", "example.com"] });
  await reaches(api, armed, "sent");
});

test("safety settings are checked and name what is wrong", async ({ api }) => {
  await expect(api.saveSafety({ undo_seconds: 61 })).rejects.toMatchObject({
    status: 422,
    refused: { code: "bad_input", field: "undo_seconds" },
  });
  await expect(api.saveSafety({ allowed_domains: ["not a domain"] })).rejects.toMatchObject({
    status: 422,
    refused: { field: "allowed_domains" },
  });
  expect(await api.safety()).toMatchObject({ undo_seconds: 10, allowed_domains: [] });
});

test("the safety page pauses everything, lets it go, and says what is wrong", async ({
  page,
  app,
  email,
  api,
  model,
  mail,
  watch,
}) => {
  // A refused form is an answer with status 422.
  watch.allow(/status of 422/);
  const undo = page.getByLabel("Seconds in which “Send now” can be undone", { exact: true });
  const save = page.getByRole("button", { name: "Save", exact: true });
  await page.goto(`${app.url}/settings/safety`);
  await undo.fill("61");
  await save.click();
  await expect(page.getByRole("alert")).toContainText("Nothing was changed.");
  await expect(page.getByRole("main")).toContainText("61 is too much here");
  await expect(undo).toHaveValue("61");
  await expectAccessible(page);
  await undo.fill("0");
  await page.getByLabel("Is paused: nothing leaves", { exact: true }).check();
  await save.click();
  await expect(page.getByRole("status")).toContainText("Saved.");
  const header = page.getByRole("link", { name: "All outgoing mail is paused" });
  await expect(header).toBeVisible();
  await expectAccessible(page);
  expect(await api.safety()).toMatchObject({ hold: true, undo_seconds: 0, ask_when_late_minutes: 30 });

  const id = await drafted(api, model, "ana");
  await email.open(id);
  await email.press("Send now");
  await email.expectStage("On hold");
  await email.status.getByRole("link", { name: "Open settings" }).click();
  await expect(page.getByRole("main")).toContainText("On hold until these settings or the clock let them go: 1.");
  expect(mail.attempts).toBe(0);
  await page.getByLabel("Leaves as it is scheduled", { exact: true }).check();
  await save.click();
  await expect(header).toHaveCount(0);
  await reaches(api, id, "sent");
  expect(mail.mails).toHaveLength(1);
});

test("the safety page sends all that became late at once", async ({ page, app, api, model, mail }) => {
  await api.saveSafety({ hold: true, ask_when_late_minutes: 0, undo_seconds: 0 });
  const ids = [await drafted(api, model, "ana"), await drafted(api, model, "bob")];
  const times: string[] = [];
  for (const id of ids) times.push(await schedule(api, id, 4));
  for (const id of ids) await reaches(api, id, "held");
  await passes(times[1], GRACE_SECONDS);
  await api.saveSafety({ ask_when_late_minutes: 0, undo_seconds: 0 });
  await expect.poll(async () => (await api.onHold()).late).toBe(2);
  await page.goto(`${app.url}/settings/safety`);
  await page.getByRole("button", { name: "Send all of them" }).click();
  await expect(page.getByRole("status")).toContainText("2 emails are on their way");
  for (const id of ids) await reaches(api, id, "sent");
  expect(mail.mails).toHaveLength(2);
});
