//! Where the person is: the part of the address after `#`, which never leaves the browser.

use vaekstspejl_engine::{ItemId, QuestionnaireId};

/// One screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Route {
    /// `#/`
    Start,
    /// `#/test/<questionnaire>` and `#/test/<questionnaire>/<item>`
    Test(QuestionnaireId, Option<ItemId>),
    /// `#/profile`
    Profile,
    /// `#/plan`
    Plan,
    /// `#/send`
    Send,
    /// `#/open` and `#/open/<code>`
    Open(String),
    /// `#/join` and `#/join/<room>`
    Join(String),
    /// `#/about`
    About,
    /// Anything else.
    Unknown,
}

impl Route {
    /// The route of a fragment, with or without `#`.
    pub fn parse(fragment: &str) -> Self {
        let path = fragment.trim_start_matches('#').trim_matches('/');
        let (head, rest) = path.split_once('/').unwrap_or((path, ""));
        match head {
            "" => Self::Start,
            "test" => {
                let (test, item) = rest.split_once('/').unwrap_or((rest, ""));
                Self::Test(test.into(), (!item.is_empty()).then(|| item.into()))
            }
            "profile" => Self::Profile,
            "plan" => Self::Plan,
            "send" => Self::Send,
            "open" => Self::Open(rest.to_owned()),
            "join" => Self::Join(rest.to_owned()),
            "about" => Self::About,
            _ => Self::Unknown,
        }
    }

    /// Whether the screen is one of the second piece of the program.
    pub fn is_later(&self) -> bool {
        !matches!(self, Self::Start | Self::Test(..) | Self::Unknown)
    }

    /// The fragment of a route, with `#`.
    pub fn href(&self) -> String {
        match self {
            Self::Start | Self::Unknown => "#/".to_owned(),
            Self::Test(test, None) => ["#/test/", test.as_str()].concat(),
            Self::Test(test, Some(item)) => ["#/test/", test.as_str(), "/", item.as_str()].concat(),
            Self::Profile => "#/profile".to_owned(),
            Self::Plan => "#/plan".to_owned(),
            Self::Send => "#/send".to_owned(),
            Self::Open(code) if code.is_empty() => "#/open".to_owned(),
            Self::Open(code) => ["#/open/", code].concat(),
            Self::Join(room) if room.is_empty() => "#/join".to_owned(),
            Self::Join(room) => ["#/join/", room].concat(),
            Self::About => "#/about".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_route_is_read_back_from_its_address() {
        for route in [
            Route::Start,
            Route::Test("selvtest".into(), None),
            Route::Test("selvtest".into(), Some("stage".into())),
            Route::Profile,
            Route::Plan,
            Route::Send,
            Route::Open(String::new()),
            Route::Open("VS1QQ".into()),
            Route::Join(String::new()),
            Route::Join("1AQE-_x/127.0.0.1:8080".into()),
            Route::About,
        ] {
            assert_eq!(Route::parse(&route.href()), route);
        }
    }

    #[test]
    fn what_is_not_a_screen_is_unknown_and_leads_to_the_start() {
        for fragment in ["#/nowhere", "#/../etc", "#/%00", "#/TEST/selvtest"] {
            assert_eq!(Route::parse(fragment), Route::Unknown);
        }
        assert_eq!(Route::Unknown.href(), "#/");
    }
}
