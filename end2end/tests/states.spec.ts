/**
 * Every state of an email and every screen, looked at by machine, and made into pictures if wanted:
 * `cargo xtask screenshots`.
 *
 * What lasts a moment is held by the servers that stand in, for as long as the look takes.
 */
import { day } from "../calendar.ts";
import { expect, test } from "../fixtures.ts";
import { ListPage } from "../list-page.ts";
import { lookAt } from "../looks.ts";
import type { Api, Stage } from "../servers/api.ts";
import { answered, drafted } from "../servers/drafts.ts";
import type { ModelServer, ModelTurn } from "../servers/model.ts";
import { reaches } from "../servers/waits.ts";
import { SettingsPage } from "../settings-page.ts";

// Each look costs about a second, on a busy machine several.
test.setTimeout(300_000);

const ANA = "Ana Souza <ana@example.com>";
const LIMA = "Ana Lima <lima@example.com>";
const TOMORROW = { change: "at", date: day(1).iso, time: "09:00" } as const;
const THANK_YOU: ModelTurn = {
  reply: "I wrote a thank-you note to Ana in Portuguese. When shall it leave?",
  to: [ANA],
  subject: "Obrigada pela conversa",
  body:
    "Olá Ana,\n\nobrigada pela conversa de ontem. Gostei muito de conhecer a equipa e de ouvir os planos para o próximo ano." +
    "\n\nFico à espera de notícias suas.\n\nUm abraço\nRenata",
};
const ASKED_ABOUT_INVOICE = "Ask Bob Chen whether invoice 4711 has arrived. bob@example.com, copy to accounts@example.com";
const INVOICE: ModelTurn = {
  reply: "I wrote to Bob and copied the accounts.",
  to: ["Bob Chen <bob@example.com>"],
  cc: ["accounts@example.com"],
  subject: "Invoice 4711",
  send: { change: "at", date: day(2).iso, time: "14:30" },
  body: "Dear Bob,\n\ninvoice 4711 over 1,200 euros is due on Friday. Could you confirm that it has arrived?\n\nBest\nRenata",
};

test("from the first word to an approval, and canceled", async ({ email, model, page }) => {
  await email.begin();
  await email.expectStage("New");
  await lookAt(page, "new");

  const question = model.hold("thank Ana for the interview", {
    ...THANK_YOU,
    reply: "I wrote it in Portuguese, but I know no address of Ana. Which one is it?",
    asks: true,
    to: [],
  });
  await email.ask("Please thank Ana for the interview, in Portuguese");
  await email.expectStage("Working");
  await lookAt(page, "working");
  question.release();
  await email.expectStage("Needs your answer");
  await lookAt(page, "needs-your-answer");

  model.when("It is ana@example.com", THANK_YOU);
  await email.ask("It is ana@example.com, and her name is Ana Souza");
  await email.expectStage("Draft");
  await lookAt(page, "draft", () => email.showEmail());

  model.when("a little shorter", {
    reply: "I made it shorter. It leaves tomorrow at 9 once you approve it.",
    body: "Olá Ana,\n\nobrigada pela conversa de ontem. Gostei muito de conhecer a equipa.\n\nUm abraço\nRenata",
    send: TOMORROW,
  });
  await email.ask("Make it a little shorter, and send it tomorrow at 9");
  await email.expectStage("Ready to approve");
  await email.reload();
  await lookAt(page, "ready-to-approve", () => email.showEmail());
  await lookAt(page, "ready-to-approve-chat", () => email.showChat());
  await email.press("Approve and schedule");
  await email.expectStage("Scheduled");
  await lookAt(page, "scheduled", () => email.showEmail());
  await email.press("Cancel email");
  await email.expectStage("Canceled");
  await lookAt(page, "canceled", () => email.showEmail());
});

test("two versions side by side, and writing by hand", async ({ email, model, api, page }) => {
  const id = await drafted(api, model, "ana", { ...THANK_YOU, send: TOMORROW });
  model.when("a little shorter", {
    reply: "I made it shorter, and moved it to ten.",
    body: "Olá Ana,\n\nobrigada pela conversa de ontem. Gostei muito de conhecer a equipa.\n\nUm abraço\nRenata",
    send: { ...TOMORROW, time: "10:00" },
  });
  await api.request(id, "Make it a little shorter, and send it at 10");
  await expect.poll(async () => (await api.describe(id)).version).toBe(2);
  await email.open(id);
  await email.openVersions();
  await email.card.getByRole("button", { name: "Compare v1 with v2" }).first().click();
  await expect(email.comparison).toContainText("v2 was made by the agent.");
  await lookAt(page, "versions-compared", () => email.showEmail());
  await email.comparison.getByRole("button", { name: "Close" }).click();

  await email.openEditor();
  await lookAt(page, "edited-by-hand", () => email.showEmail());
});

test("on its way: the undo window, sending, sent", async ({ email, model, mail, api, page }) => {
  await api.saveContact(ANA);
  await api.saveSafety({ undo_seconds: 60 });
  const id = await drafted(api, model, "ana", { ...THANK_YOU, send: TOMORROW });
  await email.open(id);
  await email.press("Send now");
  await email.expectStage(/^Sending in/);
  let goOn = await email.standStill();
  await lookAt(page, "undo-window", () => email.showEmail());
  await goOn();
  await api.command(id, { do: "unschedule" });
  await email.expectStage("Ready to approve");

  // The mail server has the message and does not answer.
  let answer = () => {};
  const answers = new Promise<void>((resolve) => (answer = resolve));
  mail.beforeAnswer = () => answers;
  await api.saveSafety({ undo_seconds: 0 });
  await email.press("Send now");
  await email.expectStage("Sending");
  goOn = await email.standStill();
  answer();
  await lookAt(page, "sending", () => email.showEmail());
  await goOn();
  await email.expectStage("Sent");
  await lookAt(page, "sent", () => email.showEmail());
});

test.describe("with long waits between attempts", () => {
  test.use({ sendRetrySeconds: "3600" });

  test("what goes wrong: retrying, partly sent, unsure, not sent, on hold", async ({ email, model, mail, api, page }) => {
    await api.saveSafety({ undo_seconds: 0 });
    const sendNow = async (stage: Stage["name"]) => {
      const id = await answered(api, model, ASKED_ABOUT_INVOICE, "ready_to_approve", INVOICE);
      await api.command(id, { do: "send_now", version: 1 });
      await reaches(api, id, stage);
      await email.open(id);
    };

    mail.refuseRecipient("*", { code: 451, text: "4.7.1 Greylisted, please try again later" }, 2);
    await sendNow("retrying");
    await email.expectStage("Retrying");
    await lookAt(page, "retrying", () => email.showEmail());

    mail.refuseRecipient("accounts@example.com", { code: 550, text: "5.1.1 No such user here" }, 1);
    await sendNow("partly_sent");
    await email.expectStage("Partly sent");
    await lookAt(page, "partly-sent", () => email.showEmail());

    mail.afterNextData({ do: "drop" });
    await sendNow("unsure");
    await email.expectStage("Unsure");
    await lookAt(page, "unsure", () => email.showEmail());

    mail.changePassword("somebody changed it");
    await sendNow("not_sent");
    await email.expectStage("Not sent");
    await lookAt(page, "not-sent", () => email.showEmail());

    await api.saveSafety({ undo_seconds: 0, hold: true });
    await sendNow("held");
    await email.expectStage("On hold");
    await lookAt(page, "on-hold", () => email.showEmail());
  });
});

test("a choice between two contacts", async ({ email, model, api, page }) => {
  await api.saveContact(ANA);
  await api.saveContact(LIMA);
  const words = "Email Ana a thank-you note in Portuguese";
  const id = await answered(api, model, words, "needs_answer", {
    ...THANK_YOU,
    reply: "I wrote it. Which Ana do you mean?",
    asks: true,
    to: [],
  });
  await email.open(id);
  await expect(page.getByRole("group", { name: "Which Ana do you mean?" })).toBeVisible();
  await lookAt(page, "two-contacts", () => email.showChat());
});

test("the list, and the menu of a row", async ({ page, app, model, api, email: _ }) => {
  await manyEmails(api, model);
  const list = new ListPage(page, app);
  await list.open();
  await page.getByRole("button", { name: "Hide this list" }).click();
  await list.hydrated();
  await expect(list.row("Scheduled")).toHaveCount(1);
  await lookAt(page, "list");
  await list.openMenu("Invoice 4711");
  await lookAt(page, "list-menu");
});

test.describe("a fresh installation", () => {
  test.use({ assistant: "offline", delivery: "outbox" });

  test("the first screens", async ({ page, app, watch, email }) => {
    watch.allow(/status of 404/);
    await page.goto(app.url);
    await email.hydrated();
    const list = page.getByRole("form", { name: "To begin with" });
    await expect(list).toBeVisible();
    await lookAt(page, "first-run");
    await list.getByRole("button", { name: "Hide this list" }).click();
    await expect(list).toHaveCount(0);
    await email.hydrated();
    await lookAt(page, "list-empty");
    await page.goto(`${app.url}/e/email-${"b".repeat(26)}`);
    await expect(page.getByText("There is no email with this address.")).toBeVisible();
    await lookAt(page, "unknown-address");
  });

  test("settings, and what is wrong in them", async ({ page, app, watch, email: _ }) => {
    watch.allow(/status of 422/);
    const settings = new SettingsPage(page, app);
    await settings.open();
    await settings.field("You", "Your name").fill("Renata Souza");
    await settings.field("You", "How my emails should sound").fill("Short and warm. No exclamation marks.");
    await settings.field("You", "Signature").fill("Um abraço\nRenata Souza");
    await settings.press("You", "Save");
    await expect(settings.notice("You")).toContainText("Saved.");
    const server = { host: "mail.example.com", port: "465", user: "renata@example.com", password: "not a real one" };
    await settings.mailServer({ ...server, from: "Renata Souza <renata@example.com>" });
    await settings.press("Sending", "Save");
    await expect(settings.notice("Sending")).toContainText("Saved.");
    await settings.field("Model", "A language model").check();
    await settings.field("Model", "Endpoint").fill("http://127.0.0.1:11434/v1");
    await settings.field("Model", "Name of the model").fill("llama3.1");
    await settings.press("Model", "Save");
    await expect(settings.notice("Model")).toContainText("Saved.");
    await settings.open();
    await lookAt(page, "settings");

    await settings.mailServer({ ...server, host: "https://mail.example.com", port: "0" });
    await settings.press("Sending", "Save");
    const field = settings.field("Sending", "Server");
    await expect(field).toHaveAccessibleDescription(/not the name of a server/);
    await lookAt(page, "settings-error", () => field.scrollIntoViewIfNeeded());
  });

  test("safety and contacts", async ({ page, app, api, email: _ }) => {
    await page.goto(`${app.url}/settings/safety`);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    await lookAt(page, "safety");
    for (const contact of [ANA, LIMA, "Bob Chen <bob@example.com>"]) await api.saveContact(contact);
    await page.goto(`${app.url}/settings/contacts`);
    await page.getByText("bob@example.com").first().click();
    await lookAt(page, "contacts");
  });
});

/** Emails in several states, the newest first. */
async function manyEmails(api: Api, model: ModelServer): Promise<void> {
  await api.saveContact(ANA);
  await api.saveSafety({ undo_seconds: 0 });
  const note = { reply: "I wrote it.", to: ["team@example.com"], body: "Hello,\n\nsee you then.\n\nRenata" };
  const sent = await answered(api, model, "Tell team@example.com", "draft", {
    ...note,
    subject: "The meeting moves to Thursday",
  });
  await api.command(sent, { do: "send_now", version: 1 });
  await reaches(api, sent, "sent");
  const canceled = await answered(api, model, "Ask team@example.com", "draft", { ...note, subject: "Cake on Friday?" });
  await api.command(canceled, { do: "cancel" });
  await reaches(api, canceled, "canceled");
  const scheduled = await answered(api, model, ASKED_ABOUT_INVOICE, "ready_to_approve", INVOICE);
  await api.command(scheduled, { do: "approve", version: 1 });
  await answered(api, model, "Write to Carla", "needs_answer", {
    reply: "I know no address of Carla. Which one is it?",
    asks: true,
    subject: "Photos of the weekend",
  });
  await drafted(api, model, "ana", { ...THANK_YOU, send: TOMORROW });
}
