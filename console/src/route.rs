//! Where the person is: the part of the address after `#`, which never leaves the browser.

/// One screen of a workshop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RoomScreen {
    /// `#/room`: opening a room; then how to get in, and who has come.
    Door,
    /// `#/room/people`: everybody, codes, paper.
    People,
    /// `#/room/picture`: for the wall.
    Picture,
    /// `#/room/groups`
    Groups,
    /// `#/room/timer`: for the wall.
    Timer,
    /// `#/room/slots`
    Slots,
    /// `#/room/sheet`: the run sheet, lists and files.
    Sheet,
    /// `#/room/guide`: the facilitator's guide.
    Guide,
}

impl RoomScreen {
    /// All of them, in the order of the evening.
    pub const ALL: [Self; 8] = [
        Self::Door,
        Self::People,
        Self::Picture,
        Self::Groups,
        Self::Timer,
        Self::Slots,
        Self::Sheet,
        Self::Guide,
    ];

    /// Its part of the address.
    const fn path(self) -> &'static str {
        match self {
            Self::Door => "",
            Self::People => "people",
            Self::Picture => "picture",
            Self::Groups => "groups",
            Self::Timer => "timer",
            Self::Slots => "slots",
            Self::Sheet => "sheet",
            Self::Guide => "guide",
        }
    }
}

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
    /// `#/room` and `#/room/<screen>`: a workshop. No mailbox is needed for it.
    Room(RoomScreen),
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
            ("room", screen) => RoomScreen::ALL
                .into_iter()
                .find(|it| it.path() == screen)
                .map_or(Self::Unknown, Self::Room),
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
            Self::Room(RoomScreen::Door) => "#/room".to_owned(),
            Self::Room(screen) => ["#/room/", screen.path()].concat(),
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
        for screen in RoomScreen::ALL.map(Route::Room) {
            assert_eq!(Route::parse(&screen.href()), screen);
        }
    }

    #[test]
    fn what_is_not_a_screen_is_unknown() {
        for fragment in ["#/letter", "#/inbox/x", "#/test/selvtest", "#/%00", "#/../"] {
            assert_eq!(Route::parse(fragment), Route::Unknown);
        }
    }
}
