/** Another version of the program takes over while mails are scheduled. */
import { expect, NOT_CONNECTED, test } from "../fixtures.ts";
import { drafted, schedule } from "../servers/drafts.ts";
import { reaches } from "../servers/waits.ts";

const DAY_SECONDS = 24 * 60 * 60;

test("story 23 a mail 40 days ahead keeps its time through two upgrades", async ({ email, app, api, model, mail, watch }) => {
  watch.allow(NOT_CONNECTED);
  const id = await drafted(api, model, "ana");
  const due = await schedule(api, id, 40 * DAY_SECONDS);
  const before = await reaches(api, id, "scheduled");
  expect(Date.parse(before.stage.schedule?.due ?? "")).toBe(Date.parse(due));
  await email.open(id);
  for (const upgrade of [1, 2]) {
    await test.step(`upgrade ${upgrade}`, () => app.upgrade());
    const after = await reaches(api, id, "scheduled");
    expect(after.stage).toEqual(before.stage);
    expect(after.email).toEqual(before.email);
    await email.reload();
    await email.expectStage("Scheduled");
    await expect(email.status).toContainText(/Leaves in (40 days|39 days \d+ h)\. You can still change or cancel it/);
  }
  expect(mail.attempts).toBe(0);
});

test("story 23 a mail that comes due between two upgrades leaves at its time, once", async ({ app, api, model, mail }) => {
  const arrivals: number[] = [];
  mail.beforeAnswer = async () => void arrivals.push(Date.now());
  const id = await drafted(api, model, "ana");
  // As long as two upgrades take on this machine, and some more.
  const began = Date.now();
  await app.upgrade();
  const upgradeSeconds = (Date.now() - began) / 1000;
  const due = await schedule(api, id, 3 * upgradeSeconds + 3);
  const { stage } = await reaches(api, id, "scheduled");
  await app.upgrade();
  await app.upgrade();
  const { stage: sent } = await reaches(api, id, "sent");

  expect(arrivals).toHaveLength(1);
  expect(arrivals[0]).toBeGreaterThanOrEqual(Date.parse(due));
  expect(mail.attempts).toBe(1);
  expect(mail.mails.map(({ parsed }) => parsed.messageId)).toEqual([stage.schedule?.message_id]);
  expect(sent.proof?.message_id).toBe(stage.schedule?.message_id);

  // Nothing of it is left for a later start.
  await app.upgrade();
  await reaches(api, id, "sent");
  expect(mail.attempts).toBe(1);
});
