//! Putting a first step into the plan, and taking it out again.

use super::{El, el, reading};
use crate::{
    browser::clock,
    session::Session,
    words::{key, text},
};
use leptos::prelude::*;
use vaekstspejl_engine::plan::{Action, DAYS_TO_FIRST_STEP, MOST_ENTRIES, PlanEntry};

/// A first step in words, with the button that puts it into the plan.
pub fn plan_step(action: Action, words: &'static str) -> El {
    let label = el("strong", "plan-step__label").kid(text(key::STEP_FIRST));
    let step =
        el("div", "plan-step").kid(el("p", "plan-step__text").kid(label).kid(" ").kid(words));
    if reading() {
        return step;
    }
    let session = Session::get();
    let there = Memo::new({
        let action = action.clone();
        move |_| {
            session
                .plan
                .with(|plan| plan.iter().any(|entry| entry.what == action))
        }
    });
    let full = RwSignal::new(false);
    // One button whose words change, so that the focus stays where it is.
    let button = el("button", "button button--small")
        .attr("type", "button")
        .attr("data-action", "plan-step")
        .live_text(move || {
            text(if there.get() {
                key::STEP_OUT
            } else {
                key::STEP_PUT
            })
        })
        .on("click", move || {
            session
                .plan
                .update(|plan| full.set(!toggled(plan, &action)))
        });
    let state = el("span", "plan-step__state")
        .attr("role", "status")
        .live_text(move || match (there.get(), full.get()) {
            (true, _) => text(key::STEP_IS_IN),
            (false, true) => text(key::STEP_FULL),
            _ => "",
        });
    step.kid(
        el("p", "plan-step__action no-print")
            .kid(button)
            .kid(" ")
            .kid(state),
    )
}

/// Puts an action into the plan or takes it out. False: the plan is full.
fn toggled(plan: &mut Vec<PlanEntry>, action: &Action) -> bool {
    let before = plan.len();
    plan.retain(|entry| entry.what != *action);
    if plan.len() < before {
        return true;
    }
    if before >= MOST_ENTRIES {
        return false;
    }
    let by = Some(clock::today().plus_days(DAYS_TO_FIRST_STEP));
    plan.push(PlanEntry {
        what: action.clone(),
        who: String::new(),
        by,
        done: false,
    });
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_goes_in_once_and_comes_out_again_and_a_full_plan_takes_no_more() {
        let step = |name: &str| Action::Scale(name.into());
        let mut plan = Vec::new();
        assert!(toggled(&mut plan, &step("price")));
        assert_eq!(plan.len(), 1);
        assert!(
            plan.iter()
                .all(|entry| entry.by.is_some_and(|by| by > clock::today()))
        );
        assert!(toggled(&mut plan, &step("price")));
        assert!(plan.is_empty());
        for number in 0..MOST_ENTRIES {
            assert!(toggled(&mut plan, &step(&number.to_string())));
        }
        assert!(!toggled(&mut plan, &step("price")), "full");
        assert_eq!(plan.len(), MOST_ENTRIES);
    }
}
