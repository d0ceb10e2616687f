/** Dates as people in Lisbon say them, and as the page writes them. */

const ZONE = "Europe/Lisbon";

export interface Day {
  /** `2026-11-24` */
  iso: string;
  /** `Tue 24 Nov 2026` */
  text: string;
}

export function day(daysFromToday: number): Day {
  const [year, month, date] = new Date().toLocaleDateString("sv-SE", { timeZone: ZONE }).split("-").map(Number);
  // At noon no clock change can shift the date.
  return dayOf(new Date(Date.UTC(year ?? 0, (month ?? 1) - 1, (date ?? 1) + daysFromToday, 12)));
}

/** The next night on which the clocks of Lisbon change, not counting today. */
export function nextClockChange(direction: "forward" | "back"): Day {
  const month = direction === "forward" ? 2 : 9;
  const today = new Date();
  for (let year = today.getUTCFullYear(); ; year += 1) {
    const lastOfMonth = new Date(Date.UTC(year, month + 1, 0, 12));
    const sunday = new Date(Date.UTC(year, month, lastOfMonth.getUTCDate() - lastOfMonth.getUTCDay(), 12));
    if (sunday.getTime() > today.getTime() + 24 * 60 * 60 * 1000) return dayOf(sunday);
  }
}

/** The Monday after today. */
export function nextMonday(): Day {
  for (let ahead = 1; ; ahead += 1) {
    const candidate = day(ahead);
    if (candidate.text.startsWith("Mon")) return candidate;
  }
}

function dayOf(noonUtc: Date): Day {
  const part = (options: Intl.DateTimeFormatOptions) =>
    noonUtc.toLocaleDateString("en-US", { ...options, timeZone: "UTC" });
  return {
    iso: noonUtc.toISOString().slice(0, 10),
    text: `${part({ weekday: "short" })} ${noonUtc.getUTCDate()} ${part({ month: "short" })} ${noonUtc.getUTCFullYear()}`,
  };
}
