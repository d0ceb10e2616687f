/** Nobody without the password reads or sends. */
import { setTimeout as pause } from "node:timers/promises";
import type { Page } from "@playwright/test";
import { expect, expectAccessible, NOT_CONNECTED, test } from "../fixtures.ts";
import { Api, ApiError } from "../servers/api.ts";
import { App } from "../servers/app.ts";

const PASSWORD = "four words and more";
const OTHER = "quite another one";

async function signIn(page: Page, password: string): Promise<void> {
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
}

test.describe("with a password from the environment", () => {
  test.use({ settings: { EMAIL_AGENT_PASSWORD: PASSWORD } });

  test("pages and calls are closed until one signs in, and the way on is kept", async ({ page, app, api, watch, email: _ }) => {
    watch.allow(/status of 422/);
    await expect(api.list()).rejects.toThrow(/401 signed_out/);
    await expect(api.signIn("not the password")).rejects.toThrow(/422 bad_input/);
    const { key, ends } = await api.signIn(PASSWORD);
    expect(Date.parse(ends)).toBeGreaterThan(Date.now());
    const program = new Api(app.url, key);
    const id = await program.start();

    for (const path of ["/", "/settings", "/settings/sign-in", "/settings/data/export", "/no/such/page", `/e/${id}/record.json`]) {
      const answer = await page.request.get(app.url + path, { maxRedirects: 0 });
      expect(answer.status(), path).toBe(303);
      expect(answer.headers()["location"], path).toMatch(/^\/sign-in/);
    }
    const form = await page.request.post(`${app.url}/settings/you`, { form: { name: "x" }, maxRedirects: 0 });
    expect(form.status()).toBe(401);
    expect(await form.text()).toContain("what you typed is still there");

    await page.goto(`${app.url}/e/${id}?tab=timeline`);
    await expect(page).toHaveTitle("Sign in — Email Agent");
    await expect(page.getByLabel("Password", { exact: true })).toBeFocused();
    await expectAccessible(page);
    await signIn(page, "not the password");
    await expect(page.getByRole("alert")).toContainText("This is not the password.");
    await expect(page.getByLabel("Password", { exact: true })).toHaveValue("");
    await expect(page.getByLabel("Password", { exact: true })).toBeFocused();
    await expectAccessible(page);
    await signIn(page, PASSWORD);
    await page.waitForURL(`${app.url}/e/${id}?tab=timeline`);
    const [cookie] = await page.context().cookies();
    expect(cookie).toMatchObject({ httpOnly: true, sameSite: "Lax", path: "/" });

    await program.signOut();
    await expect(program.list()).rejects.toThrow(/401 signed_out/);
    expect(app.log()).not.toContain(PASSWORD);
  });

  test("a session outlives kill -9, ends with sign out, and a key of it is worth nothing then", async ({ page, app, watch, email: _ }) => {
    watch.allow(NOT_CONNECTED);
    // A page without script: none is on its way when the server goes.
    await page.goto(`${app.url}/settings`);
    await signIn(page, PASSWORD);
    await expect(page.getByRole("heading", { level: 1, name: "Settings" })).toBeVisible();
    await app.kill();
    await app.recover();
    await page.goto(`${app.url}/settings`);
    await page.getByRole("navigation", { name: "Sections" }).getByRole("link", { name: "Sign-in" }).click();
    await expect(page.getByText("Signed in: 1 browser or program.")).toBeVisible();
    await expect(page.getByText("it cannot be changed here.")).toBeVisible();
    await expect(page.getByRole("button", { name: "Change password" })).toHaveCount(0);
    await expectAccessible(page);
    const cookies = await page.context().cookies();
    await page.getByRole("button", { name: "Sign out", exact: true }).click();
    await expect(page).toHaveTitle("Sign in — Email Agent");
    await page.context().addCookies(cookies);
    const stolen = await page.request.get(app.url, { maxRedirects: 0 });
    expect(stolen.status()).toBe(303);
  });

  test("who is signed out while writing loses nothing, and goes on after signing in elsewhere", async ({ page, app, api, email, watch }) => {
    watch.allow(/status of 401/);
    await page.goto(app.url);
    await signIn(page, PASSWORD);
    const program = new Api(app.url, (await api.signIn(PASSWORD)).key);
    const id = await program.start();
    await email.open(id);
    await page.context().clearCookies();
    await email.composer.fill("thank Ana for the interview");
    const note = page.getByText("You are signed out. What you type is kept on this device.");
    await expect(note).toBeVisible();
    const opening = page.context().waitForEvent("page");
    await page.getByRole("link", { name: "Sign in, in a new tab" }).click();
    const tab = await opening;
    await signIn(tab, PASSWORD);
    await expect(tab.getByRole("heading", { level: 1, name: "AI Agent for Email" })).toBeVisible();
    await expect(note).toBeHidden();
    await expect(email.composer).toHaveValue("thank Ana for the interview");
    await expect(async () => {
      expect((await program.describe(id)).request_draft.text).toBe("thank Ana for the interview");
    }).toPass();
  });

  test("guessing is slowed down", async ({ api }) => {
    const tries = Array.from({ length: 14 }, (_, number) => api.signIn(`wrong guess ${number}`).catch((error: ApiError) => error));
    const statuses = (await Promise.all(tries)).map((error) => (error instanceof ApiError ? error.status : 200));
    expect(statuses.filter((status) => status === 422).length).toBeGreaterThanOrEqual(10);
    expect(statuses).toContain(429);
    expect(statuses).not.toContain(200);
    // Also the right one must wait its turn, and gets it.
    await expect(async () => {
      await api.signIn(PASSWORD);
      await pause(0);
    }).toPass({ intervals: [2_000], timeout: 40_000 });
  });
});

test.describe("without script", () => {
  test.use({ javaScriptEnabled: false });

  test("a password is set, changed and removed on the page", async ({ page, app, api, watch }) => {
    watch.allow(/status of 422/);
    const others = page.getByText("No password is set");
    await page.goto(`${app.url}/settings/sign-in`);
    await expect(others).toBeVisible();
    const field = (name: string) => page.getByLabel(name, { exact: true });
    await field("New password").fill("short");
    await field("New password, again").fill("short");
    await page.getByRole("button", { name: "Set password" }).click();
    await expect(field("New password")).toHaveAccessibleDescription(/Take at least 12 characters/);
    await expect(field("New password")).toHaveValue("");
    await field("New password").fill(PASSWORD);
    await field("New password, again").fill(OTHER);
    await page.getByRole("button", { name: "Set password" }).click();
    await expect(field("New password, again")).toHaveAccessibleDescription(/The two are not the same/);
    await api.list();
    await field("New password").fill(PASSWORD);
    await field("New password, again").fill(PASSWORD);
    await page.getByRole("button", { name: "Set password" }).click();
    await expect(page.getByRole("status")).toContainText("The password is set.");
    await expect(page.getByText("Signed in: 1 browser or program.")).toBeVisible();
    await expect(api.list()).rejects.toThrow(/401/);
    const { key } = await api.signIn(PASSWORD);

    await field("Password so far").first().fill("not the password");
    await field("New password").fill(OTHER);
    await field("New password, again").fill(OTHER);
    await page.getByRole("button", { name: "Change password" }).click();
    await expect(field("Password so far").first()).toHaveAccessibleDescription(/This is not the password/);
    await field("Password so far").first().fill(PASSWORD);
    await field("New password").fill(OTHER);
    await field("New password, again").fill(OTHER);
    await page.getByRole("button", { name: "Change password" }).click();
    await expect(page.getByRole("status")).toContainText("The password is set.");
    await expect(new Api(app.url, key).list(), "signed in with the one before").rejects.toThrow(/401/);

    const second = await api.signIn(OTHER);
    await page.getByRole("button", { name: "Sign out everywhere else" }).click();
    await expect(page.getByRole("status")).toHaveText("All others are signed out.");
    await expect(new Api(app.url, second.key).list()).rejects.toThrow(/401/);

    await field("Password so far").last().fill(OTHER);
    await page.getByRole("button", { name: "Remove the password" }).click();
    await expect(page.getByRole("status")).toContainText("The password is removed.");
    await expect(others).toBeVisible();
    await api.list();
  });
});

test("the page about it is accessible, before and after", async ({ page, app, email: _, watch }) => {
  watch.allow(/status of 422/);
  await page.goto(`${app.url}/settings/sign-in`);
  await expectAccessible(page);
  for (const name of ["New password", "New password, again"]) await page.getByLabel(name, { exact: true }).fill("short");
  await page.getByRole("button", { name: "Set password" }).click();
  await expect(page.getByLabel("New password", { exact: true })).toBeFocused();
  await expectAccessible(page);
  for (const name of ["New password", "New password, again"]) await page.getByLabel(name, { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Set password" }).click();
  await expect(page.getByRole("status")).toBeFocused();
  await expect(page).toHaveTitle("Done — Sign-in — Email Agent");
});

test("an address that others can reach is refused without a password, and a weak one too", async () => {
  await expect(App.start({ env: { EMAIL_AGENT_ADDR: "0.0.0.0:0" } })).rejects.toThrow(/wants a sign-in: set EMAIL_AGENT_PASSWORD/);
  await expect(App.start({ env: { EMAIL_AGENT_PASSWORD: "weak" } })).rejects.toThrow(/EMAIL_AGENT_PASSWORD: Take at least 12/);
});
