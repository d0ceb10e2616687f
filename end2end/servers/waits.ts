/** Waiting for what an email becomes, over the JSON calls. */
import { setTimeout as pause } from "node:timers/promises";
import { expect } from "@playwright/test";
import type { Api, EmailView, Stage } from "./api.ts";

const POLL_MS = [50, 100, 200];

/** Polls until the email is at one of these stages, and answers with what it is then. */
export async function reaches(api: Api, id: string, ...stages: Array<Stage["name"]>): Promise<EmailView> {
  let view: EmailView | undefined;
  await expect
    .poll(
      async () => {
        view = await api.describe(id);
        return view.command_pending ? `${view.stage.name} with a command pending` : view.stage.name;
      },
      { message: `the stage of ${id}`, intervals: POLL_MS, timeout: 30_000 },
    )
    .toMatch(new RegExp(`^(${stages.join("|")})$`));
  return view as EmailView;
}

/** Waits until so many seconds after this instant, by the clock that the servers share. */
export async function passes(instant: string | undefined, seconds = 0): Promise<void> {
  const end = Date.parse(instant ?? "") + seconds * 1000;
  expect(end, `${instant} is an instant`).not.toBeNaN();
  await pause(Math.max(0, end - Date.now()));
}

/** Polls until `happened` holds. */
export async function until(what: string, happened: () => boolean): Promise<void> {
  await expect.poll(happened, { message: what, intervals: [5, 10, 20, 50], timeout: 30_000 }).toBe(true);
}
