/** The settings page as a person uses it, by role and label. */
import { expect, type Locator, type Page } from "@playwright/test";
import type { App } from "./servers/app.ts";

export type SectionName = "You" | "Sending" | "Model" | "Second model" | "About";

export class SettingsPage {
  constructor(
    readonly page: Page,
    private readonly app: App,
  ) {}

  async open(): Promise<void> {
    await this.page.goto(`${this.app.url}/settings`);
    await expect(this.page.getByRole("heading", { level: 1, name: "Settings" })).toBeVisible();
  }

  section(name: SectionName): Locator {
    return this.page.getByRole("region", { name, exact: true });
  }

  field(section: SectionName, label: string): Locator {
    return this.section(section).getByLabel(label, { exact: true });
  }

  async press(section: SectionName, button: string): Promise<void> {
    await this.section(section).getByRole("button", { name: button, exact: true }).click();
  }

  /** What the last press came to. */
  notice(section: SectionName): Locator {
    return this.section(section).getByRole("status").or(this.section(section).getByRole("alert")).first();
  }

  async mailServer(server: { host: string; port: string; user: string; password: string; from?: string }): Promise<void> {
    await this.field("Sending", "A mail server").check();
    await this.field("Sending", "Server").fill(server.host);
    await this.field("Sending", "Port").fill(server.port);
    await this.field("Sending", "User").fill(server.user);
    await this.field("Sending", "Password").fill(server.password);
    if (server.from !== undefined) await this.field("Sending", "Sender").fill(server.from);
  }
}
