/**
 * The pages as a person uses them: what can be seen and pressed, by role and label. The one place
 * that knows where things are.
 */
import { type APIResponse, expect, type Locator, type Page } from "@playwright/test";
import type { App } from "./servers/app.ts";

export type CardField = "To" | "Cc" | "Bcc" | "Subject" | "Body";

export class EmailPage {
  readonly composer: Locator;
  readonly conversation: Locator;
  readonly queue: Locator;
  readonly card: Locator;
  /** Every step so far, in the place of the card or behind a tab. */
  readonly timeline: Locator;
  /** Pill, sentence and buttons. */
  readonly status: Locator;
  readonly pill: Locator;
  readonly saveNote: Locator;
  /** What is wrong with the request in the composer. */
  readonly hint: Locator;

  constructor(
    readonly page: Page,
    private readonly app: App,
  ) {
    this.composer = page.getByLabel("Your request", { exact: true });
    this.conversation = page.getByRole("log");
    this.queue = page.getByRole("list", { name: "Requests in the queue" });
    this.card = page.getByRole("region", { name: "Email Draft" });
    this.timeline = page.getByRole("region", { name: "Timeline" });
    this.status = page.getByRole("region", { name: "Status" });
    this.pill = this.status.getByRole("status");
    const chat = page.getByRole("region", { name: "Conversation" });
    this.saveNote = chat.getByRole("status");
    this.hint = chat.getByRole("alert");
  }

  /** From the first page to a new email. */
  async begin(): Promise<string> {
    await this.page.goto(this.app.url);
    await this.hydrated();
    await this.page.getByRole("button", { name: "Start", exact: true }).click();
    await this.page.waitForURL(/\/e\/email-/);
    await this.hydrated();
    return this.id;
  }

  async open(id: string): Promise<void> {
    await this.page.goto(`${this.app.url}/e/${id}`);
    await this.hydrated();
  }

  async reload(): Promise<void> {
    await this.page.reload();
    await this.hydrated();
  }

  /** Presses before this would be lost: the page is there, its script is not yet. */
  async hydrated(): Promise<void> {
    await expect(this.page.locator("[data-hydrated]")).toBeAttached();
  }

  get id(): string {
    const id = new URL(this.page.url()).pathname.split("/")[2];
    if (id === undefined) throw new Error(`no email has the address ${this.page.url()}`);
    return id;
  }

  /** Says it in words. */
  async ask(words: string): Promise<void> {
    await this.showChat();
    await this.composer.fill(words);
    await this.submit();
  }

  /** Presses Enter; where there is only a touch screen, Enter is a new line, and one taps the button. */
  async submit(): Promise<void> {
    const touchOnly = await this.page.evaluate(() => matchMedia("(hover: none) and (pointer: coarse)").matches);
    if (touchOnly) await this.button(/^(Talk to Agent|Add to queue)$/).click();
    else await this.composer.press("Enter");
  }

  /**
   * What lasts a moment stays: from now on the page is told what it was told last, whatever becomes
   * of the email meanwhile. Answers with the way back.
   */
  async standStill(): Promise<() => Promise<void>> {
    const calls = "**/api/ai-agent/describe";
    let told: Promise<APIResponse> | undefined;
    const answered = this.page.waitForResponse(calls);
    await this.page.route(calls, async (route) => {
      told ??= route.fetch();
      await route.fulfill({ response: await told });
    });
    await answered;
    return () => this.page.unroute(calls);
  }

  async expectStage(pill: string | RegExp): Promise<void> {
    await expect(this.pill).toHaveText(pill);
  }

  button(name: string | RegExp): Locator {
    return this.page.getByRole("button", typeof name === "string" ? { name, exact: true } : { name });
  }

  async press(name: string | RegExp): Promise<void> {
    await this.button(name).click();
  }

  /** A field of the card while it is written by hand. */
  field(name: CardField): Locator {
    return this.card.getByLabel(name, { exact: true });
  }

  /** What the card says, letter by letter, when it is not being edited. */
  async expectField(name: CardField | "Sending Time", text: string): Promise<void> {
    const group = this.card.getByRole("group", { name, exact: true });
    if (name === "To" || name === "Cc" || name === "Bcc") {
      const shown = async () => {
        const recipients = await group.locator("bdi").allTextContents();
        return recipients.length > 0 ? recipients.join(", ") : await group.getByRole("paragraph").textContent();
      };
      await expect.poll(shown, { message: `${name} on the card` }).toBe(text);
      return;
    }
    const value = group.getByRole("paragraph").first();
    await expect.poll(() => value.textContent(), { message: `${name} on the card` }).toBe(text);
  }

  /** Opens the fields for writing by hand. */
  async openEditor(): Promise<void> {
    await this.status.getByRole("button", { name: /^(Edit|Write it myself|Fix and send to the rest)$/ }).click();
    await expect(this.field("To")).toBeVisible();
  }

  /** Changes fields by hand, and saves. */
  async edit(fields: Partial<Record<CardField, string>>): Promise<void> {
    await this.openEditor();
    await this.fill(fields);
    await this.press("Save");
  }

  async fill(fields: Partial<Record<CardField, string>>): Promise<void> {
    for (const [name, text] of Object.entries(fields) as Array<[CardField, string]>) {
      if (name === "To" || name === "Cc" || name === "Bcc") await this.clearRecipients(name);
      await this.field(name).fill(text);
    }
  }

  async openVersions(): Promise<void> {
    await this.card.getByText(/v\d+ of \d+$/).click();
  }

  /** What differs between two versions, once it is open. */
  get comparison(): Locator {
    return this.card.getByRole("region", { name: /^What changed from/ });
  }

  /** The chips of a field for recipients, while it is written by hand. */
  chips(name: "To" | "Cc" | "Bcc"): Locator {
    return this.card.getByRole("list", { name: `Recipients in ${name}`, exact: true }).getByRole("listitem");
  }

  /** Contacts that are suggested while one types. */
  get suggestions(): Locator {
    return this.card.getByRole("listbox", { name: "Contacts" }).getByRole("option");
  }

  private async clearRecipients(name: "To" | "Cc" | "Bcc"): Promise<void> {
    await this.field(name).fill("");
    const remove = this.chips(name).getByRole("button", { name: /^Remove / });
    for (let left = await remove.count(); left > 0; left -= 1) {
      await remove.first().click();
      await expect(remove).toHaveCount(left - 1);
    }
  }

  /** Brings an old version back, in the menu of versions. */
  async restore(version: number): Promise<void> {
    await this.showEmail();
    await this.openVersions();
    const row = this.card.getByRole("listitem").filter({ hasText: `v${version} · ` });
    await row.getByRole("button", { name: "Restore", exact: true }).click();
  }

  /** On a phone, conversation and email are two tabs. */
  async showEmail(): Promise<void> {
    await this.showTab("Email");
  }

  async showChat(): Promise<void> {
    await this.showTab("Chat");
  }

  /** On a phone a tab, elsewhere in the place of the card. */
  async showTimeline(): Promise<void> {
    const tab = this.page.getByRole("tab", { name: "Timeline", exact: true });
    const link = this.page.getByRole("link", { name: "Timeline", exact: true });
    await tab.or(link).filter({ visible: true }).click();
    await expect(this.timeline).toBeVisible();
  }

  private async showTab(name: string): Promise<void> {
    const tab = this.page.getByRole("tab", { name, exact: true });
    if (await tab.isVisible()) await tab.click();
  }
}
