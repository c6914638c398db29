//! Where the person is: the part of the address after `#`, which never leaves the browser.

/// One screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Route {
    /// `#/`: open the mailbox.
    Open,
    /// `#/create`
    Create,
    /// `#/inbox`
    Inbox,
    /// `#/letter/<sid>`
    Letter(String),
    /// `#/statistics`
    Statistics,
    /// `#/export`
    Export,
    /// `#/key`
    Key,
    /// `#/help`
    Help,
    /// Anything else.
    Unknown,
}

impl Route {
    /// The route of a fragment, with or without `#`.
    pub fn parse(fragment: &str) -> Self {
        let path = fragment.trim_start_matches('#').trim_matches('/');
        match path.split_once('/').unwrap_or((path, "")) {
            ("", "") => Self::Open,
            ("create", "") => Self::Create,
            ("inbox", "") => Self::Inbox,
            ("letter", sid) if !sid.is_empty() => Self::Letter(sid.to_owned()),
            ("statistics", "") => Self::Statistics,
            ("export", "") => Self::Export,
            ("key", "") => Self::Key,
            ("help", "") => Self::Help,
            _ => Self::Unknown,
        }
    }

    /// The fragment of a route, with `#`.
    pub fn href(&self) -> String {
        match self {
            Self::Open | Self::Unknown => "#/".to_owned(),
            Self::Create => "#/create".to_owned(),
            Self::Inbox => "#/inbox".to_owned(),
            Self::Letter(sid) => ["#/letter/", sid].concat(),
            Self::Statistics => "#/statistics".to_owned(),
            Self::Export => "#/export".to_owned(),
            Self::Key => "#/key".to_owned(),
            Self::Help => "#/help".to_owned(),
        }
    }

    /// Whether the screen shows something of the mailbox, so that it must be open.
    pub fn is_locked(&self) -> bool {
        matches!(
            self,
            Self::Inbox | Self::Letter(_) | Self::Statistics | Self::Export | Self::Key
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_route_is_read_back_from_its_address() {
        for route in [
            Route::Open,
            Route::Create,
            Route::Inbox,
            Route::Letter("AAAAAAAAAAAAAAAAAAAAAA".into()),
            Route::Statistics,
            Route::Export,
            Route::Key,
            Route::Help,
        ] {
            assert_eq!(Route::parse(&route.href()), route);
        }
    }

    #[test]
    fn what_is_not_a_screen_is_unknown() {
        for fragment in ["#/letter", "#/inbox/x", "#/test/selvtest", "#/%00", "#/../"] {
            assert_eq!(Route::parse(fragment), Route::Unknown);
        }
    }
}
