//! Send times: from words as fields to an instant, by rules and never by a model.
//!
//! In: a wall-clock wish or a delay, the person's zone, the clock. Out: a [`SendWish`] that holds
//! both the wish and the instant, or a [`TimeProblem`] that says what is wrong and what to say
//! instead. Nothing here reads a clock, and nothing is ever moved silently: an hour that does not
//! exist is refused and the next one offered, an hour that happens twice is taken the first time
//! and said aloud.

use std::fmt;

use chrono::{
    DateTime, Datelike, Days, Duration, LocalResult, NaiveDate, NaiveDateTime, NaiveTime, Offset,
    TimeZone, Timelike, Utc,
};
use chrono_tz::Tz;
use email_agent_api::{
    SendWish, WallTime,
    limits::{SCHEDULE_AHEAD_DAYS_MAX, ZONE_CHARS_MAX},
    to_say,
};

use crate::assistant::SendTime;

/// Why a wish is no send time; shown to people as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum TimeProblem {
    /// No zone of this name.
    UnknownZone {
        /// What was said.
        zone: String,
    },
    /// The clocks jump over it.
    Gap {
        /// What was wished.
        wish: NaiveDateTime,
        /// The same distance after the jump.
        offer: NaiveDateTime,
        /// Where.
        zone: String,
    },
    /// It is over, or this very second.
    Past {
        /// What was wished.
        wish: NaiveDateTime,
        /// Where.
        zone: String,
    },
    /// Beyond the limit.
    TooFar,
}

impl fmt::Display for TimeProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&match self {
            Self::UnknownZone { zone } => to_say!(
                "I do not know the time zone \u{201c}{zone}\u{201d}, so no time is set. Name it like Europe/Lisbon."
            ),
            Self::Gap { wish, offer, zone } => to_say!(
                "{time} does not exist in {zone}: the clocks jump over it, so no time is set. The next time that exists is {offer}. Say which time you want.",
                time = words(*wish),
                offer = words(*offer)
            ),
            Self::Past { wish, zone } => to_say!(
                "{time} ({zone}) is in the past, so no time is set. Say when it should leave instead.",
                time = words(*wish)
            ),
            Self::TooFar => to_say!(
                "That is more than {years} years ahead, so no time is set. Choose an earlier time.",
                years = SCHEDULE_AHEAD_DAYS_MAX / 365
            ),
        })
    }
}

/// The zone of this name, as IANA writes it; case does not matter.
pub(crate) fn zone(name: &str) -> Result<Tz, TimeProblem> {
    let name = name.trim();
    let unknown = || TimeProblem::UnknownZone {
        zone: name.chars().take(ZONE_CHARS_MAX).collect(),
    };
    if name.is_empty() || name.len() > ZONE_CHARS_MAX {
        return Err(unknown());
    }
    name.parse()
        .ok()
        .or_else(|| {
            chrono_tz::TZ_VARIANTS
                .into_iter()
                .find(|zone| zone.name().eq_ignore_ascii_case(name))
        })
        .ok_or_else(unknown)
}

/// The instant of a wall-clock wish.
pub(crate) fn resolve_wall(wall: &WallTime, now: DateTime<Utc>) -> Result<SendWish, TimeProblem> {
    let zone = zone(&wall.zone)?;
    let local = wall.local.with_nanosecond(0).unwrap_or(wall.local);
    let (instant, note) = match zone.from_local_datetime(&local) {
        LocalResult::Single(instant) => (instant, None),
        LocalResult::Ambiguous(first, _) => {
            let note = to_say!(
                "{time} happens twice on {date} in {zone}; I took the first.",
                time = local.format("%H:%M"),
                date = local.format("%-d %b %Y"),
                zone = zone.name()
            );
            (first, Some(note))
        }
        LocalResult::None => {
            let offer = after_gap(local, zone).ok_or(TimeProblem::TooFar)?;
            return Err(TimeProblem::Gap {
                wish: local,
                offer,
                zone: zone.name().to_owned(),
            });
        }
    };
    let utc = instant.with_timezone(&Utc);
    if utc <= now {
        return Err(TimeProblem::Past {
            wish: local,
            zone: zone.name().to_owned(),
        });
    }
    within_reach(utc, now)?;
    Ok(SendWish {
        wall: WallTime {
            local,
            zone: zone.name().to_owned(),
        },
        instant: utc,
        offset_minutes: instant.offset().fix().local_minus_utc() / 60,
        note,
    })
}

/// The instant of a time as the assistant understood it. `own` is the person's zone. A delay counts
/// from when it was said, unless that is over by now: then from now, since nobody asks for the past.
pub(crate) fn resolve(
    time: &SendTime,
    own: Tz,
    said_at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<SendWish, TimeProblem> {
    match time {
        SendTime::After { seconds } => {
            let wish = after(*seconds, own, said_at)?;
            if wish.instant > now {
                Ok(wish)
            } else {
                after(*seconds, own, now)
            }
        }
        SendTime::At {
            date,
            time,
            zone: named,
        } => {
            let place = named.as_deref().map_or(Ok(own), zone)?;
            let local = match date {
                Some(date) => date.and_time(*time),
                None => next_time_of_day(*time, place, now).ok_or(TimeProblem::TooFar)?,
            };
            let wall = WallTime {
                local,
                zone: place.name().to_owned(),
            };
            resolve_wall(&wall, now)
        }
    }
}

/// An instant is exact whatever the clocks on the wall do meanwhile; the wall time follows from it.
fn after(seconds: u64, own: Tz, now: DateTime<Utc>) -> Result<SendWish, TimeProblem> {
    let delay = i64::try_from(seconds)
        .ok()
        .and_then(Duration::try_seconds)
        .ok_or(TimeProblem::TooFar)?;
    let exact = now.checked_add_signed(delay).ok_or(TimeProblem::TooFar)?;
    // Timers count whole seconds; a delay is never cut short.
    let rounded = exact.with_nanosecond(0).unwrap_or(exact);
    let instant = if rounded < exact {
        rounded + Duration::seconds(1)
    } else {
        rounded
    };
    within_reach(instant, now)?;
    let local = instant.with_timezone(&own);
    if instant <= now {
        return Err(TimeProblem::Past {
            wish: local.naive_local(),
            zone: own.name().to_owned(),
        });
    }
    Ok(SendWish {
        wall: WallTime {
            local: local.naive_local(),
            zone: own.name().to_owned(),
        },
        instant,
        offset_minutes: local.offset().fix().local_minus_utc() / 60,
        note: None,
    })
}

/// Today if that time is still ahead there, otherwise tomorrow.
fn next_time_of_day(time: NaiveTime, place: Tz, now: DateTime<Utc>) -> Option<NaiveDateTime> {
    let here = now.with_timezone(&place).naive_local();
    let today = here.date().and_time(time);
    if today > here {
        Some(today)
    } else {
        tomorrow(here.date()).map(|date| date.and_time(time))
    }
}

fn tomorrow(date: NaiveDate) -> Option<NaiveDate> {
    date.checked_add_days(Days::new(1))
}

/// The wall time that a clock shows which was not put forward: as far behind the jump as the wish
/// was ahead of its start.
fn after_gap(local: NaiveDateTime, zone: Tz) -> Option<NaiveDateTime> {
    // The longest jump ever was a day (Samoa, 2011); two days before it the clock is certain.
    let before = zone
        .offset_from_local_datetime(&local.checked_sub_days(Days::new(2))?)
        .earliest()?;
    let instant =
        local.checked_sub_signed(Duration::seconds(before.fix().local_minus_utc().into()))?;
    Some(zone.from_utc_datetime(&instant).naive_local())
}

fn within_reach(instant: DateTime<Utc>, now: DateTime<Utc>) -> Result<(), TimeProblem> {
    let reach = now.checked_add_signed(Duration::days(SCHEDULE_AHEAD_DAYS_MAX));
    if reach.is_some_and(|reach| instant > reach) || instant.year() > 9999 {
        return Err(TimeProblem::TooFar);
    }
    Ok(())
}

fn words(local: NaiveDateTime) -> impl fmt::Display {
    local.format("%a %-d %b %Y, %H:%M")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn utc(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }
    fn wall(local: &str, zone: &str) -> WallTime {
        WallTime {
            local: local.parse().unwrap(),
            zone: zone.to_owned(),
        }
    }
    fn at(date: Option<&str>, time: &str, zone: Option<&str>) -> SendTime {
        SendTime::At {
            date: date.map(|date| date.parse().unwrap()),
            time: time.parse().unwrap(),
            zone: zone.map(str::to_owned),
        }
    }

    #[test]
    fn a_wall_time_has_its_zone() {
        let wish = resolve_wall(
            &wall("2026-07-01T09:00:00", "europe/lisbon"),
            utc("2026-06-30T12:00:00Z"),
        )
        .unwrap();
        assert_eq!(wish.instant, utc("2026-07-01T08:00:00Z"));
        assert_eq!(
            (wish.offset_minutes, wish.wall.zone.as_str()),
            (60, "Europe/Lisbon")
        );
    }

    #[test]
    fn an_hour_that_does_not_exist_is_refused_and_the_next_one_offered() {
        let problem = resolve_wall(
            &wall("2027-03-28T01:30:00", "Europe/Lisbon"),
            utc("2027-03-01T00:00:00Z"),
        );
        let Err(TimeProblem::Gap { offer, .. }) = &problem else {
            panic!("{problem:?}")
        };
        assert_eq!(*offer, "2027-03-28T02:30:00".parse().unwrap());
        assert!(problem.unwrap_err().to_string().contains("02:30"));
    }

    #[test]
    fn a_whole_day_that_does_not_exist_is_a_gap_too() {
        let problem = resolve_wall(
            &wall("2011-12-30T10:00:00", "Pacific/Apia"),
            utc("2011-12-01T00:00:00Z"),
        );
        let Err(TimeProblem::Gap { offer, .. }) = problem else {
            panic!("{problem:?}")
        };
        assert_eq!(offer, "2011-12-31T10:00:00".parse().unwrap());
    }

    #[test]
    fn of_an_hour_that_happens_twice_the_first_is_taken_and_said() {
        let wish = resolve_wall(
            &wall("2027-10-31T01:30:00", "Europe/Lisbon"),
            utc("2027-10-01T00:00:00Z"),
        )
        .unwrap();
        assert_eq!(wish.instant, utc("2027-10-31T00:30:00Z"));
        assert!(wish.note.unwrap().contains("the first"));
    }

    #[test]
    fn the_past_and_the_far_future_are_refused() {
        let now = utc("2026-11-23T12:00:00Z");
        let resolve_at = |local| resolve_wall(&wall(local, "UTC"), now);
        assert!(matches!(
            resolve_at("2026-11-22T09:00:00"),
            Err(TimeProblem::Past { .. })
        ));
        assert!(
            matches!(
                resolve_at("2026-11-23T12:00:00"),
                Err(TimeProblem::Past { .. })
            ),
            "now is over"
        );
        assert!(resolve_at("2026-11-23T12:00:01").is_ok());
        let last = (now + Duration::days(SCHEDULE_AHEAD_DAYS_MAX)).naive_utc();
        let at_limit = WallTime {
            local: last,
            zone: "UTC".to_owned(),
        };
        assert!(resolve_wall(&at_limit, now).is_ok());
        let beyond = WallTime {
            local: last + Duration::seconds(1),
            zone: "UTC".to_owned(),
        };
        assert_eq!(resolve_wall(&beyond, now), Err(TimeProblem::TooFar));
    }

    #[test]
    fn a_time_without_a_day_is_the_next_one() {
        let (lisbon, now) = (zone("Europe/Lisbon").unwrap(), utc("2026-11-23T12:00:00Z"));
        let local = |time| {
            resolve(&at(None, time, None), lisbon, now, now)
                .unwrap()
                .wall
                .local
        };
        assert_eq!(local("14:30:00"), "2026-11-23T14:30:00".parse().unwrap());
        assert_eq!(local("09:00:00"), "2026-11-24T09:00:00".parse().unwrap());
    }

    #[test]
    fn a_named_zone_wins_over_ones_own() {
        let (lisbon, now) = (zone("Europe/Lisbon").unwrap(), utc("2026-11-23T12:00:00Z"));
        let wish = resolve(
            &at(Some("2026-11-30"), "09:00:00", Some("America/New_York")),
            lisbon,
            now,
            now,
        )
        .unwrap();
        assert_eq!(wish.instant, utc("2026-11-30T14:00:00Z"));
        let unknown = resolve(&at(None, "09:00:00", Some("Atlantis")), lisbon, now, now);
        assert_eq!(
            unknown,
            Err(TimeProblem::UnknownZone {
                zone: "Atlantis".to_owned()
            })
        );
    }

    #[test]
    fn a_delay_counts_from_when_it_was_said_unless_that_is_over() {
        let (lisbon, now) = (zone("Europe/Lisbon").unwrap(), utc("2026-11-23T12:00:00Z"));
        let said_at = now - Duration::minutes(5);
        let instant = |seconds| {
            resolve(&SendTime::After { seconds }, lisbon, said_at, now)
                .unwrap()
                .instant
        };
        assert_eq!(instant(7_200), said_at + Duration::hours(2));
        assert_eq!(instant(60), now + Duration::minutes(1));
    }

    #[test]
    fn a_delay_is_exact_through_a_change_of_clocks_and_never_short() {
        let (lisbon, now) = (
            zone("Europe/Lisbon").unwrap(),
            utc("2027-03-28T00:30:00.25Z"),
        );
        let wish = resolve(&SendTime::After { seconds: 3600 }, lisbon, now, now).unwrap();
        assert_eq!(wish.instant, utc("2027-03-28T01:30:01Z"));
        assert_eq!(wish.wall.local, "2027-03-28T02:30:01".parse().unwrap());
        assert!(matches!(
            resolve(
                &SendTime::After { seconds: 0 },
                lisbon,
                utc("2027-01-01T00:00:00Z"),
                utc("2027-01-01T00:00:00Z")
            ),
            Err(TimeProblem::Past { .. })
        ));
        assert_eq!(
            resolve(&SendTime::After { seconds: u64::MAX }, lisbon, now, now),
            Err(TimeProblem::TooFar)
        );
    }

    proptest! {
        #[test]
        fn a_wish_shows_on_the_wall_what_was_wished(
            zone in prop::sample::select(chrono_tz::TZ_VARIANTS.to_vec()),
            minutes in 1_i64..5_000_000,
        ) {
            let now = utc("2026-11-23T12:00:00Z");
            let local = (now + Duration::minutes(minutes)).with_timezone(&zone).naive_local();
            match resolve_wall(&WallTime { local, zone: zone.name().to_owned() }, now) {
                Ok(wish) => {
                    prop_assert!(wish.instant > now);
                    prop_assert_eq!(wish.instant.with_timezone(&zone).naive_local(), local);
                }
                // Only the first of two equal hours may be over while the second is still ahead.
                Err(TimeProblem::Past { .. }) => prop_assert!(minutes <= 180),
                Err(TimeProblem::TooFar) => prop_assert!(minutes > 5_000_000 - 60),
                Err(problem) => prop_assert!(false, "{}", problem),
            }
        }
    }
}
