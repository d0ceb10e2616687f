/** What a person sets, and that it takes effect at once, keeps its secrets, and needs no script. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, expectAccessible, test } from "../fixtures.ts";
import type { App } from "../servers/app.ts";
import { MODEL_KEY, MODEL_NAME, ModelServer, type ModelTurn } from "../servers/model.ts";
import { LOGIN, SENDER } from "../servers/smtp.ts";
import { reaches } from "../servers/waits.ts";
import { SettingsPage } from "../settings-page.ts";

const THANKS: ModelTurn = {
  reply: "I wrote it.",
  to: ["ana@example.com"],
  subject: "Thank you",
  body: "Dear Ana,\n\nthank you.",
};
const WRONG = "hunter2-wrong-password";

/** Whether any file of the database holds these words. */
async function stored(app: App, words: string): Promise<boolean> {
  const names = (await readdir(app.dataDir)).filter((name) => name.startsWith("app.db"));
  expect(names.length, "the database is there").toBeGreaterThan(0);
  const files = await Promise.all(names.map((name) => readFile(join(app.dataDir, name))));
  return files.some((file) => file.includes(words));
}

test.describe("with nothing set but the model", () => {
  test.use({ delivery: "outbox" });

  test("story 20 a mail server is set, tested, corrected, and the email goes with Try again", async ({
    page,
    app,
    email,
    model,
    mail,
    api,
  }) => {
    // Many pages, and the ten seconds in which a send can be undone, twice.
    test.slow();
    const settings = new SettingsPage(page, app);
    await settings.open();
    await settings.mailServer({ ...mail.address, user: LOGIN.user, password: WRONG });
    await settings.press("Sending", "Test connection");
    await expect(settings.notice("Sending")).toContainText("The mail server refused the password");
    await expect(settings.notice("Sending")).toContainText("535 5.7.8 Authentication credentials invalid");
    await expect(settings.field("Sending", "Server")).toHaveValue("localhost");
    await expect(settings.field("Sending", "Password")).toHaveValue("");
    await expect(settings.section("About")).toContainText("Does not work");
    await expectAccessible(page);

    model.when("please thank Ana", THANKS);
    await email.begin();
    await email.ask("please thank Ana at ana@example.com");
    await email.expectStage("Draft");
    await email.press("Send now");
    const id = email.id;
    await reaches(api, id, "not_sent");
    await email.expectStage("Not sent");
    await expect(email.status).toContainText("The mail server refused the password");

    await page.getByRole("link", { name: "Open settings" }).click();
    await expect(page.getByRole("heading", { level: 1, name: "Settings" })).toBeVisible();
    await settings.field("Sending", "Password").fill(LOGIN.password);
    await settings.press("Sending", "Test connection");
    await expect(settings.notice("Sending")).toContainText(`the login as ${LOGIN.user} works`);
    await expect(settings.notice("Sending")).toContainText("235");
    await settings.press("Sending", "Send me a test");
    await expect(settings.notice("Sending")).toContainText(`The test mail to ${LOGIN.user} was accepted`);
    expect(mail.withSubject("Test from your Email Agent").map(({ recipients }) => recipients)).toEqual([[LOGIN.user]]);
    await expect(settings.section("About")).toContainText("Last worked");

    await email.open(id);
    await email.press("Try again");
    await reaches(api, id, "sent");
    await email.expectStage("Sent");
    expect(mail.withSubject("Thank you")).toHaveLength(1);

    for (const secret of [WRONG, LOGIN.password]) {
      expect(await stored(app, secret), "the password in the database").toBe(false);
      expect(app.log(), "the password in the log").not.toContain(secret);
      const told = await (await api.post("settings", "{}")).text();
      expect(told).not.toContain(secret);
      expect(JSON.parse(told)).toMatchObject({ sending: { kind: "smtp", password_set: true } });
      await settings.open();
      expect(await page.content()).not.toContain(secret);
    }
    expect(await stored(app, LOGIN.user), "what is read is the right database").toBe(true);
  });

  test("a stored password is not sent to another server", async ({ page, app, mail, watch, api }) => {
    watch.allow(/status of 422/);
    const settings = new SettingsPage(page, app);
    await settings.open();
    await settings.mailServer({ ...mail.address, user: LOGIN.user, password: LOGIN.password });
    await settings.press("Sending", "Save");
    await expect(settings.notice("Sending")).toContainText("Saved.");
    await settings.field("Sending", "Server").fill("127.0.0.1");
    await settings.press("Sending", "Test connection");
    await expect(settings.section("Sending")).toContainText("Write the password for this server and user");
    await expect(settings.field("Sending", "Server")).toHaveValue("127.0.0.1");
    await expect(settings.field("Sending", "Password")).toBeFocused();
    const refused = await api.post(
      "save_settings",
      JSON.stringify({
        section: "sending",
        sending: { kind: "smtp", host: "evil.example", port: 465, security: "tls", user: LOGIN.user },
      }),
    );
    expect(refused.status).toBe(422);
    expect(await refused.json()).toMatchObject({ field: "password" });
    await expectAccessible(page);
  });

  test("presets fill in the server", async ({ page, app }) => {
    const settings = new SettingsPage(page, app);
    await settings.open();
    await settings.field("Sending", "A mail server").check();
    await settings.section("Sending").getByRole("link", { name: "Gmail" }).click();
    await expect(settings.field("Sending", "Server")).toHaveValue("smtp.gmail.com");
    await expect(settings.field("Sending", "Port")).toHaveValue("465");
    await settings.section("Sending").getByRole("link", { name: "Outlook" }).click();
    await expect(settings.field("Sending", "Server")).toHaveValue("smtp.office365.com");
    await expect(settings.field("Sending", "Encryption")).toHaveValue("starttls");
    await expectAccessible(page);
  });
});

test("what the environment sets is shown as fixed, and is tested as it is", async ({ page, app, api, model, mail }) => {
  const settings = new SettingsPage(page, app);
  await settings.open();
  await expect(settings.section("Sending")).toContainText("Set by SMTP_URL where the program was started");
  await expect(settings.section("Sending")).toContainText("Set by MAIL_FROM");
  await expect(settings.section("Model")).toContainText("Set by OPENAI_MODEL");
  await expect(settings.section("Sending").getByRole("button", { name: "Save" })).toHaveCount(0);
  await expect(settings.section("Model").getByRole("button", { name: "Save" })).toHaveCount(0);
  const told = (await page.content()) + (await (await api.post("settings", "{}")).text());
  expect(told).not.toContain(LOGIN.password);
  expect(told).not.toContain("sk-end2end");
  for (const change of [
    { section: "sending", sending: { kind: "outbox" } },
    { section: "model", model: { kind: "none" } },
  ]) {
    const refused = await api.post("save_settings", JSON.stringify(change));
    expect(refused.status).toBe(422);
    expect((await refused.json()).message).toMatch(/was set by (SMTP_URL|OPENAI_BASE_URL)/);
  }
  const tested = await (await api.post("test_mail", "{}")).json();
  expect(tested).toMatchObject({ ok: true, step: "log_in" });
  mail.changePassword("somebody changed it");
  const refused = await (await api.post("test_mail", "{}")).json();
  expect(refused).toMatchObject({ ok: false, step: "log_in" });
  expect(refused.answer).toContain("535");
  model.when("say hello", { reply: "Hello there." });
  await settings.press("Model", "Test");
  await expect(settings.notice("Model")).toContainText("Hello there.");
  await expectAccessible(page);
});

test("name, style, signature and zone reach the model, the email and the clock", async ({ page, app, email, model, mail, api }) => {
  const settings = new SettingsPage(page, app);
  await settings.open();
  await expect(settings.field("You", "Your name"), "taken from the sender").toHaveValue(SENDER.name);
  await settings.field("You", "Your name").fill("Renata Souza");
  await settings.field("You", "Time zone").selectOption("America/New_York");
  await settings.field("You", "The agent answers me in").selectOption("Português");
  await settings.field("You", "How my emails should sound").fill("Short & warm.\nNo exclamation marks.");
  await settings.field("You", "Signature").fill("Best,\nRenata Souza\nACME");
  await settings.press("You", "Save");
  await expect(settings.notice("You")).toContainText("Saved.");
  await expect(settings.field("You", "Signature")).toHaveValue("Best,\nRenata Souza\nACME");

  model.when("please thank Ana", {
    ...THANKS,
    body: "Dear Ana,\n\nthank you.\n\nKind regards,\nRenata",
    send: { change: "at", time: "09:00" },
  });
  await email.begin();
  await email.ask("please thank Ana at ana@example.com, at 9");
  await email.expectStage("Ready to approve");
  const told = String(model.asked("please thank Ana")[0]?.body["instructions"]);
  expect(told).toContain('"Renata Souza"');
  expect(told).toContain("Short & warm.\\nNo exclamation marks.");
  expect(told).toContain("Write `reply` in Portuguese");
  expect(told).toContain("in the zone America/New_York");
  await email.showEmail();
  await expect(email.card).toContainText("09:00 (America/New_York)");
  await email.press("Send now");
  await reaches(api, email.id, "sent");
  expect(mail.mails[0]?.parsed.text?.trimEnd()).toBe("Dear Ana,\n\nthank you.\n\nBest,\nRenata Souza\nACME");
});

test("a second model answers when the first one fails, and the conversation says so", async ({ page, app, email, model }) => {
  const second = await ModelServer.start();
  try {
    const settings = new SettingsPage(page, app);
    await settings.open();
    await settings.field("Second model", "A language model").check();
    await settings.field("Second model", "Endpoint").fill(second.url);
    await settings.field("Second model", "Name of the model").fill(MODEL_NAME);
    await settings.field("Second model", "Key").fill(MODEL_KEY);
    second.when("say hello", { reply: "Hello from the spare." });
    await settings.press("Second model", "Test");
    await expect(settings.notice("Second model")).toContainText("Hello from the spare.");
    expect(await page.content()).not.toContain(MODEL_KEY);
    expect(await stored(app, MODEL_KEY), "the key in the database").toBe(false);

    model.when("please thank Ana", { status: 401, code: "invalid_api_key", message: "Incorrect API key." });
    second.when("please thank Ana", { ...THANKS, reply: "The spare wrote it." });
    await email.begin();
    await email.ask("please thank Ana at ana@example.com");
    await email.expectStage("Draft");
    await email.showChat();
    await expect(email.conversation).toContainText("The spare wrote it.");
    await expect(email.conversation).toContainText(`This answer is from the second model, ${MODEL_NAME}.`);

    // Healed, the first one answers again, although it never saw the turn before.
    model.when("make it shorter", { reply: "Shorter now.", body: "Thanks, Ana." });
    await email.ask("make it shorter");
    await expect(email.conversation).toContainText("Shorter now.");
    expect(second.asked("make it shorter")).toEqual([]);
    expect(second.faults, "what the app asked of the second model").toEqual([]);
  } finally {
    await second.stop();
  }
});

test.describe("a fresh installation", () => {
  test.use({ assistant: "offline", delivery: "outbox" });

  test("the checklist leads to each section, never blocks, and goes", async ({ page, app, email, api }) => {
    await page.goto(app.url);
    await email.hydrated();
    const list = page.getByRole("form", { name: "To begin with" });
    await expect(list).toBeVisible();
    await expectAccessible(page);
    await list.getByRole("link", { name: "A mail server" }).click();
    await expect(page).toHaveURL(/\/settings#sending$/);
    await page.goto(app.url);
    await email.hydrated();
    await list.getByRole("link", { name: "Your name and time zone" }).click();
    const settings = new SettingsPage(page, app);
    await expect(settings.field("You", "Time zone"), "that of the browser").toHaveValue("Europe/Lisbon");
    await settings.field("You", "Your name").fill("Renata");
    await settings.press("You", "Save");
    await expect(settings.notice("You")).toContainText("Saved.");
    await page.goto(app.url);
    await expect(list.getByRole("listitem").first()).toContainText("Done");
    await list.getByRole("button", { name: "Go on without" }).click();
    await expect(list.getByRole("listitem").nth(1)).toContainText("Done");
    await list.getByRole("button", { name: "Use the demo mailbox" }).click();
    await expect(page.getByRole("button", { name: "Start", exact: true })).toBeVisible();
    await expect(list).toHaveCount(0);

    // The demo signs with the name, too.
    const id = await api.start();
    await api.request(id, "write to ana@example.com: thanks, send it in 1 hour", "demo-1");
    const view = await reaches(api, id, "ready_to_approve");
    expect(view.email.body).toBe("thanks\n\nRenata");
  });

  test("the checklist can be hidden", async ({ page, app }) => {
    await page.goto(app.url);
    await page.getByRole("button", { name: "Hide this list" }).click();
    await expect(page.getByRole("button", { name: "Start", exact: true })).toBeVisible();
    await expect(page.getByRole("form", { name: "To begin with" })).toHaveCount(0);
    await page.reload();
    await expect(page.getByRole("form", { name: "To begin with" })).toHaveCount(0);
  });

  test("the header leads to the settings from every page, and back", async ({ page, app, email }) => {
    await email.begin();
    await page.getByRole("link", { name: "Settings", exact: true }).click();
    await expect(page.getByRole("heading", { level: 1, name: "Settings" })).toBeVisible();
    const about = page.getByRole("region", { name: "About" });
    await expect(about.getByRole("listitem")).toHaveText([
      /^Settings and lists\s*Works/,
      /^Workflows\s*Works/,
      /^Model\s*Look at this\s*None\./,
      /^Mail\s*Look at this\s*The demo mailbox/,
      /^Clock\s*Works/,
      /^Time zones\s*(Works|Look at this)/,
    ]);
    await expectAccessible(page);
    await page.getByRole("link", { name: "All emails" }).click();
    await expect(page).toHaveURL(`${app.url}/`);
  });

  test.describe("without script", () => {
    test.use({ javaScriptEnabled: false });

    test("settings are saved, and what is wrong is said beside its field with what was typed", async ({
      page,
      app,
      watch,
    }) => {
      watch.allow(/status of 422/);
      const settings = new SettingsPage(page, app);
      await settings.open();
      await settings.field("You", "Your name").fill("Renata <script>alert(1)</script> & \"Souza\"");
      await settings.field("You", "Signature").fill("</textarea><b>Renata</b>");
      await settings.press("You", "Save");
      await expect(settings.notice("You")).toContainText("Saved.");
      await expect(settings.field("You", "Your name")).toHaveValue("Renata <script>alert(1)</script> & \"Souza\"");
      await expect(settings.field("You", "Signature")).toHaveValue("</textarea><b>Renata</b>");

      await settings.field("Sending", "A mail server").check();
      await settings.field("Sending", "Server").fill("https://mail.example.com");
      await settings.field("Sending", "Port").fill("0");
      await settings.field("Sending", "Password").fill(WRONG);
      await settings.press("Sending", "Save");
      await expect(settings.field("Sending", "Server")).toHaveValue("https://mail.example.com");
      await expect(settings.field("Sending", "Server")).toHaveAccessibleDescription(/not the name of a server/);
      await expect(settings.field("Sending", "Server")).toHaveAttribute("aria-invalid", "true");
      await expect(settings.field("Sending", "Port")).toHaveAccessibleDescription(/A port is a number/);
      await expect(settings.field("Sending", "Password")).toHaveValue("");
      expect(await page.content()).not.toContain(WRONG);
    });
  });
});

test("another site cannot change settings, and no address changes anything", async ({ app, api }) => {
  const form = { method: "POST", body: "name=Mallory", redirect: "manual" as const };
  const type = { "content-type": "application/x-www-form-urlencoded" };
  const foreign = await fetch(`${app.url}/settings/you`, {
    ...form,
    headers: { ...type, origin: "https://evil.example" },
  });
  expect(foreign.status).toBe(403);
  const got = await fetch(`${app.url}/settings/you?name=Mallory`, { redirect: "manual" });
  expect(got.status).toBe(303);
  expect((await fetch(`${app.url}/api/ai-agent/save_settings`)).status).toBe(405);
  const told = await (await api.post("settings", "{}")).json();
  expect(told.you.name).toBe("");
});
