/** What the mail server says, and what a person then sees and can do. */
import { expect, test } from "../fixtures.ts";
import type { ModelTurn } from "../servers/model.ts";
import { LOGIN } from "../servers/smtp.ts";

const SOON: ModelTurn = {
  reply: "I wrote it.",
  to: ["ana@example.com"],
  subject: "Thank you",
  body: "Dear Ana,\n\nthank you.\n\nRenata",
  send: { change: "after", amount: 6, unit: "seconds" },
};

test("story 19 a busy mail server is tried again, visibly", async ({ email, model, mail }) => {
  mail.refuseRecipient("ana@example.com", { code: 451, text: "4.7.1 Greylisted, come back later" }, 3);
  model.when("please thank Ana", SOON);
  await email.begin();
  await email.ask("please thank Ana at ana@example.com");
  await email.expectStage("Ready to approve");
  await email.press("Approve and schedule");
  for (const attempt of [1, 2, 3]) {
    await expect(email.status).toContainText(new RegExp(`451[^]*Attempt ${attempt}; next in \\d+ s`, "i"));
    await email.expectStage("Retrying");
  }
  await email.expectStage("Sent");
  expect(mail.attempts).toBe(4);
  expect(mail.mails).toHaveLength(1);
});

test.describe("with long waits", () => {
  test.use({ sendRetrySeconds: "3600" });

  test("story 19 try now does not wait, and stop trying gives the draft back", async ({ email, model, mail }) => {
    mail.refuseRecipient("ana@example.com", { code: 451, text: "4.7.1 Greylisted" }, 2);
    model.when("please thank Ana", SOON);
    await email.begin();
    await email.ask("please thank Ana at ana@example.com");
    await email.expectStage("Ready to approve");
    await email.press("Approve and schedule");
    await email.expectStage("Retrying");
    await email.press("Stop trying");
    await email.expectStage(/Ready to approve|Draft/);
    expect(mail.mails).toEqual([]);

    await email.press("Send now");
    await email.expectStage("Retrying");
    await email.press("Try now");
    await email.expectStage("Sent");
    expect(mail.mails).toHaveLength(1);
  });
});

test("story 20 a refused password is said at once, and can be mended", async ({ email, model, mail }) => {
  mail.changePassword("somebody changed it");
  model.when("please thank Ana", SOON);
  await email.begin();
  await email.ask("please thank Ana at ana@example.com");
  await email.expectStage("Ready to approve");
  await email.press("Approve and schedule");
  await email.expectStage("Not sent");
  await expect(email.status).toContainText(/The mail server refused the (user name or )?password/);
  expect(mail.mails).toEqual([]);

  mail.changePassword(LOGIN.password);
  await email.press("Try again");
  await email.expectStage("Sent");
  expect(mail.mails).toHaveLength(1);
});

test("story 36 one of two recipients is refused", async ({ email, model, mail }) => {
  mail.refuseRecipient("bob@example.com", { code: 550, text: "5.1.1 No such user here" });
  model.when("please thank Ana", { ...SOON, to: ["ana@example.com", "bob@example.com"] });
  await email.begin();
  await email.ask("please thank Ana and Bob: ana@example.com, bob@example.com");
  await email.expectStage("Ready to approve");
  await email.press("Approve and schedule");
  await email.expectStage("Partly sent");
  await expect(email.status).toContainText("1 of 2");
  expect(mail.mails.map(({ recipients }) => recipients)).toEqual([["ana@example.com"]]);

  await email.edit({ To: "ana@example.com, bob@example.org" });
  await email.press("Send now");
  await email.expectStage("Sent");
  expect(mail.mails.map(({ recipients }) => recipients)).toEqual([["ana@example.com"], ["bob@example.org"]]);
});
