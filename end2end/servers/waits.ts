/** Waiting for what an email becomes, over the JSON calls. */
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

/** Polls until `happened` holds. */
export async function until(what: string, happened: () => boolean): Promise<void> {
  await expect.poll(happened, { message: what, intervals: [5, 10, 20, 50], timeout: 30_000 }).toBe(true);
}
