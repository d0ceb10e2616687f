//! Which part of the list is shown. It lives in the address, so that a link, a reload and the way back
//! lead to the same place.

use email_agent_api::Show;
use serde::{Deserialize, Serialize};

/// A place in the list.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Place {
    /// Which part.
    pub(crate) show: Show,
    /// What is searched for.
    pub(crate) search: String,
    /// Which page; none for the first.
    pub(crate) page: Option<String>,
}

impl Place {
    /// The place that the query of an address names. What it does not name, or names wrongly, is as
    /// at the beginning.
    #[cfg(feature = "ssr")]
    pub(crate) fn read(value: impl Fn(&str) -> Option<String>) -> Self {
        Self {
            show: value("show")
                .and_then(|name| name.parse().ok())
                .unwrap_or_default(),
            search: value("q").unwrap_or_default(),
            page: value("page").filter(|page| !page.is_empty()),
        }
    }

    /// Its address.
    pub(crate) fn address(&self) -> String {
        let show = (self.show != Show::All).then(|| self.show.name());
        let search = Some(self.search.as_str()).filter(|search| !search.is_empty());
        let mut address = String::from("/");
        let mut join = '?';
        for (name, value) in [
            ("show", show),
            ("q", search),
            ("page", self.page.as_deref()),
        ] {
            let Some(value) = value else { continue };
            address.push(join);
            address.push_str(name);
            address.push('=');
            percent_encode(&mut address, value);
            join = '&';
        }
        address
    }

    /// The first page of another part, with the same search.
    pub(crate) fn showing(&self, show: Show) -> Self {
        Self {
            show,
            search: self.search.clone(),
            page: None,
        }
    }

    /// The first page of the same part, with another search.
    pub(crate) fn searching(&self, search: String) -> Self {
        Self {
            show: self.show,
            search,
            page: None,
        }
    }

    /// Another page of the same.
    pub(crate) fn at(&self, page: Option<String>) -> Self {
        Self {
            page,
            ..self.clone()
        }
    }
}

fn percent_encode(out: &mut String, text: &str) {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push('%');
            out.push(char::from(DIGITS[usize::from(byte >> 4)]));
            out.push(char::from(DIGITS[usize::from(byte & 15)]));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_what_its_address_says() {
        assert_eq!(Place::default().address(), "/");
        let place = Place {
            show: Show::NeedsYou,
            search: "a b&c/ü".to_owned(),
            page: Some("1.0.2".to_owned()),
        };
        assert_eq!(
            place.address(),
            "/?show=needs_you&q=a%20b%26c%2F%C3%BC&page=1.0.2"
        );
        let read = Place::read(|name| {
            Some(match name {
                "show" => "needs_you".to_owned(),
                "q" => "a b&c/ü".to_owned(),
                _ => "1.0.2".to_owned(),
            })
        });
        assert_eq!(read, place);
        assert_eq!(place.showing(Show::All).address(), "/?q=a%20b%26c%2F%C3%BC");
        assert_eq!(place.searching(String::new()).address(), "/?show=needs_you");
        let nonsense = |name: &str| (name == "show").then(|| "nonsense".to_owned());
        assert_eq!(Place::read(nonsense), Place::default());
    }
}
