/** Happy paths: from words to a draft, to an approval, to one mail. */
import { day, nextMonday } from "../calendar.ts";
import { expect, test } from "../fixtures.ts";
import type { ModelTurn } from "../servers/model.ts";
import { drafted } from "../servers/drafts.ts";
import { reaches, until } from "../servers/waits.ts";

const TOMORROW = day(1);

const THANK_YOU: ModelTurn = {
  reply: "Escrevi um agradecimento à Ana para amanhã às 9.",
  to: ["Ana Souza <ana@example.com>"],
  subject: "Obrigada pela conversa, Ana 🌷",
  body: "Olá Ana,\n\nobrigada pela conversa de ontem — ação, coração, informação.\n\nUm abraço\nRenata",
  send: { change: "at", date: TOMORROW.iso, time: "09:00" },
};
const REQUEST = "Email ana@example.com a thank-you note in Portuguese, send it tomorrow at 9am";

test("story 01 a request in words becomes a draft that waits for approval", async ({ email, model, mail, page }) => {
  const held = model.hold("thank-you note", THANK_YOU);
  await email.begin();
  await email.expectStage("New");
  await email.ask(REQUEST);
  await email.expectStage("Working");
  await expect(email.composer).toHaveValue("");
  held.release();

  await email.expectStage("Ready to approve");
  await expect(email.conversation).toContainText(REQUEST);
  await expect(email.conversation).toContainText("Escrevi um agradecimento");
  await email.showEmail();
  await email.expectField("To", "Ana Souza <ana@example.com>");
  await email.expectField("Subject", THANK_YOU.subject ?? "");
  await email.expectField("Body", THANK_YOU.body ?? "");
  await email.expectField("Sending Time", `${TOMORROW.text}, 09:00 (Europe/Lisbon)`);
  await expect(page).toHaveTitle(/Ready to approve/);
  expect(mail.mails).toEqual([]);

  await page.getByRole("link", { name: "All emails" }).click();
  const row = page.getByRole("listitem").filter({ hasText: "ana@example.com" });
  await expect(row).toContainText("Ready to approve");
  await expect(row).toContainText(`${TOMORROW.text}, 09:00`);
});

test("story 02 an approved email leaves at its time, once, letter by letter", async ({ email, model, mail, api }) => {
  model.when("thank-you note", { ...THANK_YOU, send: { change: "after", amount: 8, unit: "seconds" } });
  await email.begin();
  await email.ask(REQUEST.replace("tomorrow at 9am", "in 8 seconds"));
  await email.expectStage("Ready to approve");
  await email.press("Approve and schedule");
  await email.expectStage("Scheduled");
  await expect(email.status).toContainText(/Leaves in \d+ s\b/);
  const { schedule } = (await api.describe(email.id)).stage;
  await email.expectStage("Sent");

  expect(mail.mails).toHaveLength(1);
  const [{ parsed, raw, recipients }] = mail.mails as [(typeof mail.mails)[0]];
  expect(recipients).toEqual(["ana@example.com"]);
  expect(parsed.subject).toBe(THANK_YOU.subject);
  expect(parsed.text?.trimEnd()).toBe(THANK_YOU.body);
  expect(parsed.messageId).toBe(schedule?.message_id);
  expect(Date.now()).toBeGreaterThanOrEqual(Date.parse(schedule?.due ?? ""));
  const head = raw.slice(0, raw.indexOf("\r\n\r\n"));
  expect(head, "headers are plain ASCII").toMatch(/^[\x09\x0a\x0d\x20-\x7e]*$/);
  expect(head).toMatch(/^From: "?Renata Agent"? <agent@mail\.test>\r?$/m);
  expect(head).toMatch(/^To: "?Ana Souza"? <ana@example\.com>\r?$/m);
  expect(head).toMatch(/^Subject: .*=\?utf-8\?[bq]\?/im);
  expect(head).toMatch(/^Date: \w{3}, \d{1,2} \w{3} \d{4} /m);
  expect(head).toMatch(/^Message-ID: <[^>]+@mail\.test>\r?$/m);
  expect(head).toMatch(/^MIME-Version: 1\.0\r?$/m);
  expect(head).toMatch(/^Content-Type: text\/plain; charset=utf-8\r?$/im);
  await expect(email.button("Start New Email")).toBeVisible();
});

test("story 03 a change of a scheduled email needs a new approval, and only the new one leaves", async ({
  email,
  model,
  mail,
  api,
}) => {
  model.when("thank-you note", { ...THANK_YOU, send: { change: "after", amount: 6, unit: "seconds" } });
  await email.begin();
  await email.ask(REQUEST);
  await email.expectStage("Ready to approve");
  await email.press("Approve and schedule");
  await email.expectStage("Scheduled");
  const oldDue = Date.parse((await api.describe(email.id)).stage.schedule?.due ?? "");

  const shorter = "Olá Ana,\n\nobrigada!\n\nRenata";
  const revision = model.hold("make it shorter", {
    reply: "Encurtei e mudei para as 10.",
    body: shorter,
    send: { change: "at", date: TOMORROW.iso, time: "10:00" },
  });
  await email.ask("make it shorter and send it at 10 instead");
  await email.expectStage("Working");
  // The model takes so long that the old time comes and goes.
  await until("the old time has passed", () => Date.now() > oldDue + 500);
  revision.release();
  await email.expectStage("Ready to approve");
  await email.showEmail();
  await email.expectField("Body", shorter);
  await email.expectField("Sending Time", `${TOMORROW.text}, 10:00 (Europe/Lisbon)`);
  expect(mail.mails).toEqual([]);
  // The second turn goes on from the first one's answer.
  const [first, second] = model.requests;
  expect(second?.body["previous_response_id"]).toBe(first?.answeredAs);

  model.when("in 6 seconds", { reply: "Está bem.", send: { change: "after", amount: 6, unit: "seconds" } });
  await email.ask("in 6 seconds instead");
  await expect(email.conversation).toContainText("Está bem.");
  await email.expectStage("Ready to approve");
  await email.press("Approve and schedule");
  await email.expectStage("Sent");
  expect(mail.mails.map(({ parsed }) => parsed.text?.trimEnd())).toEqual([shorter]);
});

test("story 04 what is edited by hand is sent letter by letter", async ({ email, model, mail, api }) => {
  model.when("thank-you note", THANK_YOU);
  await email.begin();
  await email.ask(REQUEST);
  await email.expectStage("Ready to approve");
  await email.press("Approve and schedule");
  await email.expectStage("Scheduled");

  const mine = "Dear Ana,\n\n  thank you; 100 % mine: <b>not bold</b> & \"quoted\", .\n.\n..dots\n\nR. 漢字";
  await email.edit({ Body: mine });
  await email.expectStage("Ready to approve");
  const { versions, version } = await api.describe(email.id);
  expect(versions.map(({ author }) => author)).toEqual(["agent", "you"]);
  expect(versions.at(-1)?.changed).toEqual(["body"]);
  expect(version).toBe(2);

  await email.press("Send now");
  await email.expectStage(/Sending/);
  await email.expectStage("Sent");
  await expect(email.card.getByText("It left earlier, with Send now.")).toBeVisible();
  expect(mail.mails.map(({ parsed }) => parsed.text?.trimEnd())).toEqual([mine]);
});

test("story 05 send now can be undone", async ({ email, model, mail, api }) => {
  const { send: _, ...withoutTime } = THANK_YOU;
  model.when("thank-you note", withoutTime);
  await email.begin();
  await email.ask("Email ana@example.com a thank-you note in Portuguese");
  await email.expectStage("Draft");
  await email.showEmail();
  await email.expectField("Sending Time", "Not scheduled yet");
  await email.press("Send now");
  await email.press("Undo");
  await email.expectStage("Draft");
  await email.showEmail();
  await email.expectField("Subject", THANK_YOU.subject ?? "");
  await email.expectField("Body", THANK_YOU.body ?? "");
  expect(mail.attempts).toBe(0);
  expect((await reaches(api, email.id, "draft")).version).toBe(1);
});

test("story 06 cancel works while the model is out of reach", async ({ email, model, mail, api }) => {
  model.when("thank-you note", { ...THANK_YOU, send: { change: "after", amount: 8, unit: "seconds" } });
  model.when("make it shorter", { hang: true });
  await email.begin();
  await email.ask(REQUEST);
  await email.expectStage("Ready to approve");
  await email.press("Approve and schedule");
  await email.expectStage("Scheduled");
  const due = Date.parse((await api.describe(email.id)).stage.schedule?.due ?? "");
  await email.ask("make it shorter");
  await email.expectStage("Working");
  await email.press("Cancel email");
  await email.expectStage("Canceled");
  await expect(email.status).toContainText("Nothing was sent");
  await until("the time of sending has passed", () => Date.now() > due + 500);
  expect(mail.attempts).toBe(0);
  expect((await api.describe(email.id)).stage.name).toBe("canceled");
});

test("story 09 a translation keeps what must be kept, and the first version can be brought back", async ({
  email,
  model,
  api,
}) => {
  const body = "Olá Ana,\n\na fatura 4711 vence em 12/03: https://example.com/f?id=4711&x=1\n\nRenata";
  const english = "Hello Ana,\n\ninvoice 4711 is due on 12/03: https://example.com/f?id=4711&x=1\n\nRenata";
  model.when("fatura", { reply: "Escrevi.", to: ["ana@example.com"], subject: "Fatura 4711", body });
  model.when("Translate", { reply: "Translated to English.", subject: "Invoice 4711", body: english });
  await email.begin();
  await email.ask("Escreva a ana@example.com sobre a fatura 4711");
  await email.expectStage("Draft");
  await email.ask("Translate it to English");
  await expect(email.conversation).toContainText("Translated to English.");
  await email.showEmail();
  await email.expectField("Body", english);

  await email.restore(1);
  await email.expectField("Body", body);
  await email.expectField("Subject", "Fatura 4711");
  // Bringing back makes a new version: nothing of the history is lost.
  const { versions } = await api.describe(email.id);
  expect(versions.map((version) => version.email.body)).toEqual([body, english, body]);
});

test("story 10 a time in another zone is shown in that zone and leaves at that instant", async ({ email, model, api }) => {
  const monday = nextMonday();
  const send = { change: "at", date: monday.iso, time: "09:00", zone: "America/New_York" } as const;
  model.when("New York", { ...THANK_YOU, send });
  await email.begin();
  await email.ask("Thank ana@example.com, 9am New York time next Monday");
  await email.expectStage("Ready to approve");
  await email.showEmail();
  await email.expectField("Sending Time", `${monday.text}, 09:00 (America/New_York)`);
  const { send_at } = (await api.describe(email.id)).email;
  const there = new Date(send_at?.instant ?? "").toLocaleString("sv-SE", { timeZone: "America/New_York" });
  expect(there).toBe(`${monday.iso} 09:00:00`);
});

test.describe("with nothing set", () => {
  test.use({ assistant: "offline", delivery: "outbox" });

  test("story 02 the demo writes, and the outbox folder gets the mail", async ({ email, app, page }) => {
    await email.begin();
    const banner = page.getByRole("complementary", { name: "About this installation" });
    await expect(banner).toContainText("Demo assistant");
    await expect(banner).toContainText("outbox folder");
    await email.ask("write to ana@example.com: obrigada pela conversa, não esqueço 🌷, send it in 8 seconds");
    await email.expectStage("Ready to approve");
    await email.press("Approve and schedule");
    await email.expectStage("Scheduled");
    expect(await app.outbox()).toEqual([]);
    await email.expectStage("Sent");
    const [mail, ...others] = await app.outboxParsed();
    expect(others).toEqual([]);
    expect(mail?.text).toContain("obrigada pela conversa, não esqueço 🌷");
  });

  test("story 02 without any model: written, scheduled and sent by hand", async ({ email, app }) => {
    await email.begin();
    await email.edit({ To: "Ana Souza <ana@example.com>, bob@example.com", Subject: "Olá", Body: "Até já!\n" });
    await email.expectStage("Draft");
    await email.press("Send now");
    await email.expectStage("Sent");
    const [mail, ...others] = await app.outboxParsed();
    expect(others).toEqual([]);
    expect(mail?.subject).toBe("Olá");
    expect(mail?.text?.trimEnd()).toBe("Até já!");
  });
});

test.describe("with approval by itself", () => {
  test.use({ approval: "auto" });

  test("story 02 a complete email is scheduled by itself, as in the article", async ({ email, model, mail }) => {
    const { send: _, ...withoutTime } = THANK_YOU;
    model.when("thank-you note", withoutTime);
    model.when("in 3 seconds", { reply: "Está bem.", send: { change: "after", amount: 3, unit: "seconds" } });
    await email.begin();
    await email.ask("Email ana@example.com a thank-you note in Portuguese");
    await email.expectStage("Draft");
    await email.ask("send it in 3 seconds");
    await email.expectStage("Sent");
    expect(mail.mails).toHaveLength(1);
  });
});

test("a hand edit and its approval are one press, and a deadline goes with it", async ({
  email,
  model,
  mail,
  api,
  page,
  watch,
}) => {
  // The first approval is refused, and the browser says so too.
  watch.allow(/422/);
  model.when("thank-you note", { ...THANK_YOU, notAfter: { change: "at", date: TOMORROW.iso, time: "10:30" } });
  await email.begin();
  await email.ask(`${REQUEST}, not after 10:30`);
  await email.expectStage("Ready to approve");
  await email.openEditor();
  await email.field("Body").fill("Dear [Name],");
  await email.press("Save and approve");
  await expect(email.card.getByRole("alert")).toContainText("Not saved:");
  await email.field("Body").fill("Olá Ana, obrigada!");
  await expect(email.card.getByLabel("Last time", { exact: true })).toHaveValue("10:30");
  await email.card.getByLabel("Last time", { exact: true }).fill("11:00");
  await email.press("Save and approve");

  await email.expectStage("Scheduled");
  await email.showEmail();
  await expect(email.card.getByRole("group", { name: "Not after" })).toContainText(
    `${TOMORROW.text}, 11:00 (Europe/Lisbon)`,
  );
  const { stage, version, email: approved } = await api.describe(email.id);
  expect([stage.schedule?.version, approved.body]).toEqual([version, "Olá Ana, obrigada!"]);
  expect(mail.mails).toEqual([]);
  await expect(page.getByRole("button", { name: "Save and approve" })).toHaveCount(0);
});

test("an email answers another, as a program has said", async ({ model, mail, api, email }) => {
  const id = await drafted(api, model, "ana");
  const { version } = await api.describe(id);
  const thread = { in_reply_to: "<b@example.com>", references: ["<a@example.com>"] };
  await api.command(id, { do: "edit", base: version, edit: { thread }, then: "send_now" });
  await email.open(id);
  await email.showEmail();
  await expect(email.card.getByRole("group", { name: "In reply to" })).toContainText("<b@example.com>");
  await reaches(api, id, "sent");
  const raw = mail.mails[0]?.raw ?? "";
  expect(raw).toMatch(/^In-Reply-To: <b@example\.com>\r?$/m);
  expect(raw).toMatch(/^References: <a@example\.com> <b@example\.com>\r?$/m);
});
