//! The arithmetic of a workshop room: what many people's coarse answers say together, and who sits
//! where and when (domain section 11).
//!
//! - [`answer`] is what one person gives to a room: levels, needs and stage, no name, no free text.
//! - [`letter`] is that answer as a phone seals it, [`code`] the same in letters where there is no net.
//! - [`register`] is who is in the room, from all of these, nobody lost and nobody twice.
//! - [`place`] is what one phone is told: its own group, rounds and slots.
//! - [`hall`] is a workshop as the facilitator has it: everything said and decided, in order.
//! - [`picture`] is what all of them say together, and when it may be shown.
//! - [`groups`] divides the room into groups; the worst one counts.
//! - [`rounds`] seats several rounds with few repeated meetings; whose turn it is.
//! - [`slots`] gives twenty-minute slots with advisers to people, as well as they can be given.
//! - [`repair`] is the smallest change to groups and slots when somebody comes late, leaves or is ill.
//! - [`run_sheet`] is what is printed and taken along: the programme, lists, tables, calendars.
//! - [`rehearsal`] is a room full of invented people, to practise with.
//! - [`report`] is what may be told afterwards: sums, none of them small.
//! - [`chance`] is the randomness that a seed gives, the same on every machine.
//!
//! Everything is a total function over plain data: no network, no clock, no randomness but a seed
//! that is given, so the same room gives the same plan on every machine. Nothing here can show one
//! person's answers; what may be shown at all is decided in one place.

pub mod answer;
pub mod chance;
pub mod code;
pub mod groups;
pub mod hall;
pub mod letter;
pub mod picture;
pub mod place;
pub mod register;
pub mod rehearsal;
pub mod repair;
pub mod report;
pub mod rounds;
pub mod run_sheet;
pub mod slots;

mod assignment;
