/** Other emails beside the one that is open, where the screen is wide enough. */
import { expect, expectAccessible, test } from "../fixtures.ts";
import { drafted, schedule } from "../servers/drafts.ts";
import { reaches } from "../servers/waits.ts";

test("other emails stand beside the open one, and follow what becomes of them", async ({ page, app, api, model, email, isMobile }) => {
  const ana = await drafted(api, model, "ana");
  const bob = await drafted(api, model, "bob");
  await email.open(ana);
  const others = page.getByRole("navigation", { name: "Other emails" });
  if (isMobile) {
    // A phone has the list on a page of its own.
    await expect(others).toBeHidden();
    return;
  }
  const row = others.getByRole("link", { name: /bob/ });
  await expect(row).toContainText("Ready to approve");
  await expect(others.getByRole("link")).toHaveCount(2);
  await row.focus();
  await schedule(api, bob, 3600);
  await reaches(api, bob, "scheduled");
  await expect(row).toContainText("Scheduled");
  await expect(row, "the keyboard stays where it is").toBeFocused();
  const more = await drafted(api, model, "caro");
  await expect(others.getByRole("link", { name: /caro/ })).toBeVisible();
  await expectAccessible(page);

  await page.keyboard.press("Enter");
  await page.waitForURL(`${app.url}/e/${bob}`);
  await email.hydrated();
  await expect(others.getByRole("link", { name: /ana/ })).toBeVisible();
  await expect(others.getByRole("link", { name: /bob/ })).toHaveCount(0);
  for (const id of [ana, more]) await api.arrange(id, { do: "archive" });
  await expect(others, "nothing is left to show").toBeHidden();

  await api.arrange(ana, { do: "unarchive" });
  await page.setViewportSize({ width: 1000, height: 800 });
  await page.reload();
  await email.hydrated();
  await expect(others, "no room for it").toBeHidden();
});
