/** The list of emails as a person uses it, by role and label. The one place that knows where things are. */
import { expect, type Locator, type Page } from "@playwright/test";
import type { App } from "./servers/app.ts";

export class ListPage {
  readonly list: Locator;
  readonly rows: Locator;
  readonly search: Locator;
  /** What was done last. */
  readonly done: Locator;

  constructor(
    readonly page: Page,
    private readonly app: App,
  ) {
    this.list = page.getByRole("region", { name: "Your emails" });
    this.rows = this.list.getByRole("list", { name: "Your emails" }).getByRole("listitem");
    this.search = page.getByRole("searchbox", { name: "Search your emails" });
    this.done = this.list.getByRole("status");
  }

  async open(address = "/"): Promise<void> {
    await this.page.goto(`${this.app.url}${address}`);
    await this.hydrated();
  }

  async hydrated(): Promise<void> {
    await expect(this.page.locator("[data-hydrated]")).toBeAttached();
  }

  row(text: string | RegExp): Locator {
    return this.rows.filter({ hasText: text });
  }

  link(text: string | RegExp): Locator {
    return this.row(text).getByRole("link");
  }

  chip(name: string): Locator {
    return this.page.getByRole("navigation", { name: "Which emails" }).getByRole("link", { name, exact: true });
  }

  /** Goes to another part of the list, which is another page, and waits until it is alive. */
  async show(name: string): Promise<void> {
    await this.chip(name).click();
    await expect(this.chip(name)).toHaveAttribute("aria-current", "true");
    await this.hydrated();
  }

  /** Opens the menu of a row and presses one of its buttons. */
  async act(text: string | RegExp, button: string): Promise<void> {
    await this.openMenu(text);
    await this.row(text).getByRole("button", { name: button, exact: true }).click();
  }

  /** Ticks these rows, and presses a button for all of them. */
  async actOnAll(texts: string[], button: string): Promise<void> {
    for (const text of texts) await this.row(text).getByRole("checkbox").check();
    await this.list.getByRole("form", { name: "Ticked emails" }).getByRole("button", { name: button, exact: true }).click();
  }

  async openMenu(text: string | RegExp): Promise<void> {
    const menu = this.row(text).locator("summary");
    await menu.click();
    await expect(this.row(text).getByLabel("Name", { exact: true })).toBeVisible();
  }
}
