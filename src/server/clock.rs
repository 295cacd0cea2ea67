//! The only clock. Instants are stored in UTC; the day and everything shown is Asia/Shanghai, which has no daylight
//! saving, so a fixed offset is exact and needs no time zone data on the machine.

use jiff::{Span, Timestamp, tz::Offset};

/// A clock that tests can stop.
#[derive(Debug, Clone, Copy, Default)]
pub struct Clock {
    fixed: Option<Timestamp>,
}

impl Clock {
    /// A clock that always says this instant.
    pub fn stopped_at(instant: &str) -> Result<Self, jiff::Error> {
        Ok(Self {
            fixed: Some(instant.parse()?),
        })
    }

    /// The instant.
    pub fn instant(&self) -> Timestamp {
        self.fixed.unwrap_or_else(Timestamp::now)
    }

    /// Now, as it is stored: `2021-08-11T08:38:07.000Z`.
    pub fn now(&self) -> String {
        stored(self.instant())
    }

    /// So many seconds from now, as it is stored.
    pub fn after(&self, seconds: i64) -> String {
        stored(
            self.instant()
                .checked_add(Span::new().seconds(seconds))
                .unwrap_or(Timestamp::MAX),
        )
    }

    /// Days in Yunnan since a stored instant.
    pub fn days_since(&self, stored: &str) -> i64 {
        let day = |at: Timestamp| Offset::constant(8).to_datetime(at).date();
        let Ok(then) = stored.parse::<Timestamp>() else {
            return 0;
        };
        let span = day(then).until(day(self.instant()));
        span.map_or(0, |span| i64::from(span.get_days())).max(0)
    }

    /// Seconds since a stored instant.
    pub fn seconds_since(&self, stored: &str) -> i64 {
        let then = stored.parse::<Timestamp>().unwrap_or_else(|_| self.instant());
        self.instant().as_second() - then.as_second()
    }

    /// The day in Yunnan, `2021-08-11`.
    pub fn today(&self) -> String {
        shown(&self.now())[..10].to_owned()
    }
}

fn stored(instant: Timestamp) -> String {
    format!("{}", instant.strftime("%Y-%m-%dT%H:%M:%S.%3fZ"))
}

/// A stored instant as people in Yunnan read it: `2021-08-11 16:38:07`.
pub fn shown(stored: &str) -> String {
    match stored.parse::<Timestamp>() {
        Ok(instant) => Offset::constant(8)
            .to_datetime(instant)
            .strftime("%Y-%m-%d %H:%M:%S")
            .to_string(),
        Err(_) => stored.to_owned(),
    }
}

/// When a day of Yunnan begins, or one so many days later, as it is stored; nothing for what is no day.
pub fn start_of(day: &str, later: i64) -> Option<String> {
    let midnight: Timestamp = format!("{day}T00:00:00+08:00").parse().ok()?;
    let span = Span::new().hours(24 * later);
    midnight.checked_add(span).ok().map(stored)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_day_turns_at_midnight_in_yunnan() {
        let clock = Clock::stopped_at("2021-08-11T16:00:00Z").unwrap();
        assert_eq!(clock.today(), "2021-08-12");
        assert_eq!(shown(&clock.now()), "2021-08-12 00:00:00");
        assert_eq!(clock.after(60), "2021-08-11T16:01:00.000Z");
        assert_eq!(start_of("2021-08-12", 0).as_deref(), Some("2021-08-11T16:00:00.000Z"));
        assert_eq!(start_of("2021-08-12", 1).as_deref(), Some("2021-08-12T16:00:00.000Z"));
        assert_eq!(start_of("2021-02-30", 0), None);
    }
}
