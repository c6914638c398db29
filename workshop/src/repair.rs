//! The smallest possible change to groups and slots that stand already.
//!
//! Somebody comes late, somebody leaves, an adviser is ill or comes later: people have seen where
//! they sit and with whom they speak, and want to keep it. So a repair is given the plan as it
//! stands and the room as it is now, and finds the change that disturbs the fewest people. A
//! change is data: it can be shown before it is made, made, and taken back exactly.
//!
//! - [`groups`] repairs groups: fewest people to another group.
//! - [`slots`] repairs slots: fewest people to another seat, once as many as possible have one.

use crate::answer::Person;

pub mod groups;
pub mod slots;

/// One person goes from one place to another.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Move<P> {
    /// Who.
    pub person: Person,
    /// Where they were; `None`: nowhere.
    pub from: Option<P>,
    /// Where they are then; `None`: nowhere.
    pub to: Option<P>,
}

/// The plan is not the one that the change was made for; nothing has been changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OtherPlan;

impl<P: Clone> Move<P> {
    /// Back again.
    #[must_use]
    pub fn reversed(&self) -> Self {
        Self {
            person: self.person,
            from: self.to.clone(),
            to: self.from.clone(),
        }
    }

    /// Whether somebody who had a place has another one.
    pub const fn is_disturbance(&self) -> bool {
        self.from.is_some() && self.to.is_some()
    }
}
