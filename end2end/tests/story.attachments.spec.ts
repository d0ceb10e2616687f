/** Files that go with an email: attached, removed, refused, sent, and kept out of everybody's way. */
import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import type { Locator, Page, TestInfo } from "@playwright/test";
import { expect, expectAccessible, test } from "../fixtures.ts";
import type { EmailPage } from "../email-page.ts";
import { newKey } from "../servers/api.ts";
import { raw } from "../servers/raw.ts";
import { reaches } from "../servers/waits.ts";

/** Every byte there is, and line ends that text would lose. */
const BYTES = Buffer.concat([
  Buffer.from("%PDF-1.7\n.\r\n..\r"),
  Buffer.from(Array.from({ length: 50_000 }, (_, place) => place % 256)),
]);
const REPORT = { name: "Relatório ação 日本.pdf", mimeType: "application/pdf", buffer: BYTES };
const NOTES = { name: "notes.txt", mimeType: "text/plain", buffer: Buffer.from("one\ntwo\n") };

test.use({ assistant: "offline", delivery: "outbox" });

/** A file on disk: handing so much to the browser by wire takes long. */
async function large(info: TestInfo, size: number): Promise<string> {
  const path = info.outputPath("large.bin");
  await writeFile(path, Buffer.alloc(size));
  return path;
}

interface Files {
  group: Locator;
  rows: Locator;
  /** The field behind "Attach file…". */
  input: Locator;
}

function filesOf(email: EmailPage): Files {
  const group = email.card.getByRole("group", { name: "Files", exact: true });
  return { group, rows: group.getByRole("listitem"), input: group.getByLabel("Attach file…") };
}

/** A draft by hand, with the card in sight. */
async function draft(email: EmailPage): Promise<Files> {
  await email.begin();
  await email.edit({ To: "ana@example.com", Subject: "Report", Body: "Please find the report attached." });
  await email.expectStage("Draft");
  await expect(email.button("Save")).toHaveCount(0);
  await email.showEmail();
  return filesOf(email);
}

test("a file is attached, kept with each version, and leaves with the mail", async ({ email, app, api, page }) => {
  const { group, rows, input } = await draft(email);
  const promised = email.card.getByText("but this email has no attachment");
  await expect(promised).toBeVisible();

  await input.setInputFiles([REPORT, NOTES]);
  await expect(rows).toHaveCount(2);
  await expect(rows.first()).toContainText("Relatório ação 日本.pdf");
  await expect(rows.first()).toContainText("50 KB");
  await expect(promised).toHaveCount(0);
  await expect(group.getByRole("status")).toHaveText("");
  await expectAccessible(page);

  const download = page.waitForEvent("download");
  await rows.first().getByRole("link").click();
  const saved = await download;
  expect(saved.suggestedFilename()).toBe(REPORT.name);
  expect((await readFile(await saved.path())).equals(BYTES), "byte for byte").toBe(true);

  // By keyboard: the field takes the focus, and so does the button of each file.
  await input.focus();
  await expect(input).toBeFocused();
  const remove = rows.nth(1).getByRole("button", { name: "Remove notes.txt" });
  await remove.focus();
  await page.keyboard.press("Enter");
  await expect(rows).toHaveCount(1);
  await expect(group.getByRole("heading", { name: "Files" })).toBeFocused();
  const { versions } = await api.describe(email.id);
  expect(versions.map((version) => version.email.attachments.length)).toEqual([0, 2, 1]);
  expect(versions.map((version) => version.changed).slice(1)).toEqual([["attachments"], ["attachments"]]);

  await email.openVersions();
  await email.card.getByRole("button", { name: "Compare v2 with v3" }).first().click();
  await expect(email.comparison.locator("del")).toContainText("notes.txt");
  await email.comparison.getByRole("button", { name: "Close" }).click();

  await email.restore(2);
  await expect(rows).toHaveCount(2);
  await email.press("Send now");
  await email.expectStage("Sent");
  await email.reload();
  await email.showEmail();
  await expect(rows, "what was sent can still be seen").toHaveCount(2);
  await expect(group.getByRole("button")).toHaveCount(0);
  await expect(input).toHaveCount(0);

  const [mail] = await app.outboxParsed();
  expect(mail?.text?.trim()).toBe("Please find the report attached.");
  expect(mail?.attachments.map((file) => file.filename)).toEqual([REPORT.name, NOTES.name]);
  expect(mail?.attachments[0]?.content.equals(BYTES), "byte for byte").toBe(true);
  expect(mail?.attachments[1]?.content.toString()).toBe("one\ntwo\n");
  const record = await page.request.get(`${app.url}/e/${email.id}/record.json`);
  const { email: recorded } = (await record.json()) as { email: { email: { attachments: Array<{ sha256: string }> } } };
  const sum = createHash("sha256").update(BYTES).digest("hex");
  expect(recorded.email.attachments[0]?.sha256).toBe(sum);
});

test("an approval is of one version, without the file that came after it", async ({ email, api }) => {
  const { rows, input } = await draft(email);
  const version = (await api.describe(email.id)).version;
  const at = new Date(Date.now() + 86_400_000).toISOString().slice(0, 16);
  await api.command(email.id, { do: "edit", base: version, edit: { send_at: { local: `${at}:00`, zone: "UTC" } } });
  await reaches(api, email.id, "ready_to_approve");
  await email.press("Approve and schedule");
  await email.expectStage("Scheduled");
  await input.setInputFiles(REPORT);
  await expect(rows).toHaveCount(1);
  await email.expectStage("Ready to approve");
});

test("what is too large, too many or empty is refused in words", async ({ email, api, app, watch }, info) => {
  watch.allow(/status of (413|422)/);
  const { group, rows, input } = await draft(email);
  const problem = group.getByRole("alert");
  const small = (name: string) => ({ ...NOTES, name });
  await input.setInputFiles(await large(info, 10_000_001));
  await expect(problem).toContainText("10 MB together");
  await input.setInputFiles(Array.from({ length: 11 }, (_, number) => small(`${number}.txt`)));
  await expect(problem).toContainText("can have 10 files");
  await input.setInputFiles({ ...NOTES, buffer: Buffer.alloc(0) });
  await expect(problem).toContainText("notes.txt” is empty");
  await input.setInputFiles(small("fits.txt"));
  await expect(rows).toHaveCount(1);
  await expect(problem, "what was wrong is over").toHaveCount(0);

  // Who does not use the page hears the same.
  const { version } = await api.describe(email.id);
  const post = async (file: { name: string; buffer: Buffer }, fields: Record<string, string> = {}) => {
    const form = new FormData();
    const all = { id: email.id, key: newKey(), version: `${version}`, ...fields };
    for (const [name, value] of Object.entries(all)) form.set(name, value);
    form.set("file", new Blob([new Uint8Array(file.buffer)]), file.name);
    const answer = await fetch(`${app.url}/api/ai-agent/attach`, { method: "POST", body: form });
    return { status: answer.status, body: (await answer.json()) as { code?: string; message?: string } };
  };
  for (const size of [10_000_001, 30_000_000]) {
    const { status, body } = await post({ name: "large.bin", buffer: Buffer.alloc(size) });
    expect([status, body.code], `${size} bytes`).toEqual([413, "too_large"]);
    expect(body.message).toContain("10 MB together");
  }
  expect((await post(NOTES, { version: "1" })).status).toBe(409);
  expect((await post(NOTES, { version: "x" })).status).toBe(422);
  expect((await post(NOTES, { key: "a b" })).status).toBe(422);
  expect((await post(NOTES, { id: `email-${"b".repeat(26)}` })).status).toBe(404);
  const key = newKey();
  const once = await post(small("../../\u202egpj.txt"), { key });
  expect(once.status).toBe(200);
  expect(await post(small("../../\u202egpj.txt"), { key }), "one action").toEqual(once);
  await expect(rows).toHaveCount(2);
  await expect(rows.nth(1).getByRole("link")).toHaveText("gpj.txt");
  const names = (await api.describe(email.id)).email.attachments.map((file) => file.name);
  expect(names).toEqual(["fits.txt", "gpj.txt"]);
});

test("a file is never a page of ours, and nobody else's page can attach one", async ({ email, api, app, page, watch }) => {
  watch.allow(/status of 404/);
  const { rows, input } = await draft(email);
  const id = email.id;
  const html = { name: "page.html", mimeType: "text/html", buffer: Buffer.from("<script>alert(1)</script>") };
  await input.setInputFiles(html);
  await expect(rows).toHaveCount(1);
  const { version, email: written } = await api.describe(id);
  const address = `${app.url}/e/${id}/files/${written.attachments[0]?.id}`;
  const answer = await fetch(address);
  expect(answer.headers.get("content-disposition")).toMatch(/^attachment; filename="page\.html"/);
  expect(answer.headers.get("content-type")).toBe("application/octet-stream");
  expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
  expect((await fetch(address, { method: "POST" })).status).toBe(405);

  for (const unknown of [`${address.slice(0, -1)}`, address.replace(id, `email-${"b".repeat(26)}`)]) {
    const response = await page.goto(unknown);
    expect(response?.status()).toBe(404);
    await expect(page.getByText("There is no email with this address.")).toBeVisible();
  }

  for (const path of ["/api/ai-agent/attach", `/e/${id}/attach`]) {
    expect((await fetch(`${app.url}${path}`)).status, `GET ${path}`).toBe(405);
    const fields = { id, key: newKey(), version: `${version}` };
    const field = ([name, value]: [string, string]) => `--x\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
    const file = '--x\r\nContent-Disposition: form-data; name="file"; filename="evil.txt"\r\n\r\nx\r\n--x--\r\n';
    const body = Object.entries(fields).map(field).join("") + file;
    const headers = { "content-type": "multipart/form-data; boundary=x", origin: "https://evil.example", "sec-fetch-site": "cross-site" };
    const refused = await raw(`${app.url}${path}`, { headers, body });
    expect(refused.status, path).toBe(403);
  }
  const json = await api.post("attach", JSON.stringify({ id }));
  expect(json.status).toBe(415);
  expect((await api.describe(id)).version).toBe(version);
  await email.open(id);
});

test("a copy has the files too, and what is erased has none", async ({ email, api, app }) => {
  const { rows, input } = await draft(email);
  await input.setInputFiles(REPORT);
  await expect(rows).toHaveCount(1);
  const original = email.id;
  const copy = await api.duplicate(original);
  const [file] = (await api.describe(copy)).email.attachments;
  expect(file?.name).toBe(REPORT.name);
  await api.arrange(original, { do: "erase" });
  const fetched = async (id: string) => fetch(`${app.url}/e/${id}/files/${file?.id}`);
  expect((await fetched(original)).status).toBe(404);
  expect(Buffer.from(await (await fetched(copy)).arrayBuffer()).equals(BYTES)).toBe(true);
  await email.open(copy);
});

/** Drags files over the page, and lets them go over this element. */
async function drop(page: Page, over: Locator, files: { name: string; text: string }[]): Promise<void> {
  const data = await page.evaluateHandle((given) => {
    const transfer = new DataTransfer();
    for (const { name, text } of given) transfer.items.add(new File([text], name, { type: "text/plain" }));
    return transfer;
  }, files);
  for (const kind of ["dragover", "drop"]) await over.dispatchEvent(kind, { dataTransfer: data });
}

test("files dropped anywhere on the page are attached, and never take its place", async ({ email, page }) => {
  const { group, rows } = await draft(email);
  await drop(page, page.getByRole("region", { name: "Status" }), [
    { name: "one.txt", text: "one" },
    { name: "two.txt", text: "two" },
  ]);
  await expect(rows).toHaveCount(2);
  await expect(rows.last()).toContainText("two.txt");
  await expect(group.getByRole("alert")).toBeHidden();

  // While an edit by hand is open, a new file would make another version.
  await email.press("Edit");
  await email.field("Subject").fill("Still mine");
  await drop(page, email.card, [{ name: "three.txt", text: "three" }]);
  await expect(page.getByText("Nothing can be attached now.")).toBeVisible();
  await expect(email.field("Subject")).toHaveValue("Still mine");
});

test("attaching and removing work without script", async ({ api, app, browser, watch }, info) => {
  const id = await api.start();
  await api.command(id, { do: "edit", base: 0, edit: { to: ["ana@example.com"], body: "Hello" } });
  await reaches(api, id, "draft");
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  watch.over(page);
  const attached = async () => {
    const { email } = await api.describe(id);
    return email.attachments.map((file) => file.name);
  };
  await page.goto(`${app.url}/e/${id}`);
  const group = page.getByRole("group", { name: "Files", exact: true });
  await group.getByLabel("Attach file…").setInputFiles([REPORT, NOTES]);
  await group.getByRole("button", { name: "Attach", exact: true }).click();
  await expect.poll(attached).toEqual([REPORT.name, NOTES.name]);
  await page.goto(`${app.url}/e/${id}`);
  await expect(group.getByRole("listitem")).toHaveCount(2);
  await group.getByRole("button", { name: `Remove ${REPORT.name}` }).click();
  await expect.poll(attached).toEqual([NOTES.name]);

  // Nothing chosen, and too much.
  watch.allow(/status of (413|422)/);
  await page.goto(`${app.url}/e/${id}`);
  await group.getByRole("button", { name: "Attach", exact: true }).click();
  await expect(page.getByText("No file was chosen.")).toBeVisible();
  await page.getByRole("link", { name: "Back" }).click();
  await group.getByLabel("Attach file…").setInputFiles(await large(info, 20_000_000));
  await group.getByRole("button", { name: "Attach", exact: true }).click();
  await expect(page.getByText("10 MB together")).toBeVisible();
  expect(await attached()).toEqual([NOTES.name]);
  await context.close();
});
