//! The person's clock and zone, and waiting.

/// A moment on the person's wall clock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LocalTime {
    /// `Tue 24 Nov 2026, 09:00`.
    pub(crate) date_time: String,
    /// `09:00:05`.
    pub(crate) clock: String,
}

/// A send time that can be chosen with one press.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Preset {
    /// An hour from now.
    InOneHour,
    /// Tomorrow at 9.
    Tomorrow,
    /// The next Monday at 9, never today.
    Monday,
    /// The first day of the next month at 9.
    NextMonth,
}

#[cfg(feature = "hydrate")]
mod imp {
    use js_sys::{Array, Date, Intl, Object, Reflect};
    use wasm_bindgen::JsValue;

    use super::{LocalTime, Preset};
    use crate::language::{CalendarDay, calendar_text};

    /// Milliseconds since 1970 by the browser's clock.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a date has less than 53 bits"
    )]
    pub(crate) fn now_ms() -> i64 {
        Date::now() as i64
    }

    /// Waits, without blocking the page.
    pub(crate) async fn sleep_ms(ms: u32) {
        gloo_timers::future::TimeoutFuture::new(ms).await;
    }

    /// The person's zone, IANA; UTC where the browser cannot tell ("Etc/Unknown" is its word for it).
    pub(crate) fn time_zone() -> String {
        let options = Intl::DateTimeFormat::new(&Array::new(), &Object::new()).resolved_options();
        Reflect::get(&options, &JsValue::from_str("timeZone"))
            .ok()
            .and_then(|zone| zone.as_string())
            .filter(|zone| zone != "Etc/Unknown")
            .unwrap_or_else(|| "UTC".to_owned())
    }

    /// The person's language as the browser has it, `pt-BR`; empty where it cannot tell.
    pub(crate) fn language() -> String {
        web_sys::window()
            .and_then(|window| window.navigator().language())
            .unwrap_or_default()
    }

    /// A moment as the person's wall clock shows it.
    pub(crate) fn local_time(at_ms: i64) -> LocalTime {
        let date = date(at_ms);
        let day = CalendarDay {
            weekday: date.get_day(),
            day: date.get_date(),
            month: date.get_month(),
            year: date.get_full_year().into(),
        };
        let minutes = format!("{:02}:{:02}", date.get_hours(), date.get_minutes());
        LocalTime {
            date_time: calendar_text(&day, &minutes),
            clock: format!("{minutes}:{:02}", date.get_seconds()),
        }
    }

    /// The date and time fields for a preset, in the person's zone.
    pub(crate) fn preset(preset: Preset) -> (String, String) {
        let date = Date::new_0();
        match preset {
            Preset::InOneHour => {
                date.set_time(date.get_time() + 3_600_000.0);
            }
            Preset::Tomorrow => at_nine(&date, 1),
            Preset::Monday => at_nine(&date, (8 - date.get_day()) % 7),
            Preset::NextMonth => {
                // The last day of this month; December goes on in January by itself.
                date.set_date(1);
                date.set_month(date.get_month() + 1);
                date.set_date(0);
                at_nine(&date, 1);
            }
        }
        (
            format!(
                "{:04}-{:02}-{:02}",
                date.get_full_year(),
                date.get_month() + 1,
                date.get_date()
            ),
            format!("{:02}:{:02}", date.get_hours(), date.get_minutes()),
        )
    }

    /// Nine o'clock, some days ahead; 0 means a week, so that "Monday" is never today.
    fn at_nine(date: &Date, days_ahead: u32) {
        let days_ahead = if days_ahead == 0 { 7 } else { days_ahead };
        date.set_date(date.get_date() + days_ahead);
        date.set_hours(9);
        date.set_minutes(0);
    }

    #[expect(clippy::cast_precision_loss, reason = "a date has less than 53 bits")]
    fn date(at_ms: i64) -> Date {
        Date::new(&JsValue::from_f64(at_ms as f64))
    }
}

#[cfg(not(feature = "hydrate"))]
mod imp {
    use super::{LocalTime, Preset};

    pub(crate) fn now_ms() -> i64 {
        0
    }

    pub(crate) async fn sleep_ms(_ms: u32) {}

    pub(crate) fn time_zone() -> String {
        "UTC".to_owned()
    }

    pub(crate) fn language() -> String {
        String::new()
    }

    pub(crate) fn local_time(_at_ms: i64) -> LocalTime {
        LocalTime {
            date_time: String::new(),
            clock: String::new(),
        }
    }

    pub(crate) fn preset(_preset: Preset) -> (String, String) {
        (String::new(), String::new())
    }
}

pub(crate) use imp::{language, local_time, now_ms, preset, sleep_ms, time_zone};
