//! Start: the desk, the words, the watch over whether anybody is there.

#[cfg(target_arch = "wasm32")]
use crate::screens;
use crate::{
    browser,
    desk::{Closed, Desk},
    route::Route,
};
use leptos::prelude::*;
#[cfg(target_arch = "wasm32")]
use vaekstspejl::browser::document;
use vaekstspejl::{
    browser::{address, crash, idle},
    components::Reading,
};

/// Starts the office's app in the browser.
#[cfg_attr(target_arch = "wasm32", wasm_bindgen::prelude::wasm_bindgen(start))]
pub fn start() {
    crash::catch();
    // Before anything reacts: effects run as tasks of the browser. It fails only when set twice.
    #[cfg(target_arch = "wasm32")]
    let _ = any_spawner::Executor::init_wasm_bindgen();
    let owner = Owner::new();
    owner.set();
    let desk = Desk::provide(Route::parse(&address::fragment()));
    // Every answered question is shown, also those that were only asked on wish.
    desk.session.deepen.set(true);
    provide_context(Reading);
    address::on_change(move || desk.arrive(Route::parse(&address::fragment())));
    watch(desk);
    Effect::new(move || {
        let (first, later) = (desk.session.first.get(), desk.session.later.get());
        if let (Some(first), Some(later)) = (first, later) {
            browser::speak(desk, first, later);
        }
    });
    Effect::new(move || {
        desk.hall.follow();
        browser::tell_later(desk);
    });
    browser::begin(
        desk,
        address::query("lang").unwrap_or_else(|| "da".to_owned()),
    );
    mount_when_there(desk, owner.clone());
    core::mem::forget(owner); // the app lives as long as the page
}

fn mount_when_there(desk: Desk, page: Owner) {
    let mounted = StoredValue::new(false);
    Effect::new(move || {
        if desk.office.get().is_none() || mounted.get_value() {
            return;
        }
        mounted.set_value(true);
        // Of the page, not of this effect: that one runs again at each language, and takes what it
        // owns along.
        page.with(|| {
            #[cfg(target_arch = "wasm32")]
            document::take_over(|root| {
                let handle = mount_to(root, move || {
                    provide_context(desk.session);
                    provide_context(Reading);
                    view! { <screens::Frame/> }
                });
                handle.forget();
            });
        });
    });
}

/// Locks when nobody has touched the page for the time chosen.
fn watch(desk: Desk) {
    idle::watch(move |seconds| {
        let open = desk.keys.with_untracked(Option::is_some);
        let making = desk
            .making
            .with_untracked(|it| it.as_ref().is_some_and(|it| it.is_under_way()));
        let limit = desk.idle_minutes.get_untracked().saturating_mul(60);
        if (open || making) && seconds >= limit {
            desk.lock(Closed::Idle);
        }
    });
}
