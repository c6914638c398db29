//! What a person gives to a room as a code on the screen, for where there is no net.

use super::membership::Membership;
use crate::{
    components::{El, drawing, el, shape},
    words::{key, text},
};
use vaekstspejl_engine::{Later, profile_code::grouped};
use vaekstspejl_workshop::{
    code::{Coded, ShortTag, encode, lists},
    letter::What,
};

/// The code; nothing as long as nothing is given.
pub fn code(member: &Membership, later: &Later) -> Option<String> {
    let What::Gives(given) = &member.letter.what else {
        return None;
    };
    let coded = Coded {
        person: ShortTag::of(&member.letter.person.tag()),
        turn: u16::try_from(member.letter.turn).unwrap_or(u16::MAX),
        name: member.letter.name,
        given: given.clone(),
    };
    encode(&lists(later), &coded)
}

/// The code as it is shown to the facilitator.
pub fn shown(code: &str) -> El {
    // In groups, so that a line can break between them and a voice can pause.
    let letters = grouped(code);
    let groups = letters
        .split(' ')
        .map(|it| el("span", "").kid(it.to_owned()));
    let letters = el("p", "code room__code")
        .attr("translate", "no")
        .attr("role", "group")
        .attr("aria-label", text(key::ROOM_CODE_LETTERS))
        .attr("data-room-code", code.to_owned())
        .kids(groups.collect());
    el("div", "room__paper")
        .attr("id", "room-code")
        .attr("tabindex", "-1")
        .kid(el("h3", "").kid(text(key::ROOM_CODE_TITLE)))
        .kid(el("p", "").kid(text(key::ROOM_CODE_TEXT)))
        .maybe(picture(code))
        .kid(letters)
}

/// In capitals, which a QR holds in little more than half the room. Black on white also in the
/// dark: many readers know nothing else.
fn picture(code: &str) -> Option<El> {
    let (side, path) = drawing("", code)?;
    let side = side.to_string();
    let ground = shape("rect", "")
        .attr("width", "100%")
        .attr("height", "100%")
        .attr("fill", "#fff");
    let picture = shape("svg", "qr room__qr")
        .attr("viewBox", ["0 0 ", &side, " ", &side].concat())
        .attr("role", "img")
        .attr("aria-label", text(key::ROOM_CODE_QR))
        .attr("shape-rendering", "crispEdges")
        .kid(ground)
        .kid(shape("path", "").attr("d", path).attr("fill", "#000"));
    Some(picture)
}
