//! Whether anybody is there: how long ago the page was last touched.
//!
//! Only used on a device that others use too. Time comes from the clock, not from counting
//! ticks, so a device that has slept knows it when it wakes.

/// What input has been seen, in seconds, means on a shared device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// Somebody is there.
    Here,
    /// Nobody has touched the page for a while; that many seconds remain.
    Doubtful(u32),
    /// Nobody is there.
    Gone,
}

/// Seconds without input before the person is asked.
pub const ASK_AFTER: u32 = 180;

/// Seconds to answer.
pub const TIME_TO_ANSWER: u32 = 30;

/// What so many seconds without input mean.
pub fn presence(seconds: u32) -> Presence {
    match seconds.checked_sub(ASK_AFTER) {
        None => Presence::Here,
        Some(over) if over < TIME_TO_ANSWER => Presence::Doubtful(TIME_TO_ANSWER - over),
        Some(_) => Presence::Gone,
    }
}

/// From now on, calls back every second with the seconds since the last input; instead of
/// whoever was called back before.
pub fn watch(tick: impl Fn(u32) + 'static) {
    #[cfg(target_arch = "wasm32")]
    browser::watch(Box::new(tick));
    #[cfg(not(target_arch = "wasm32"))]
    let _ = tick;
}

/// Calls nobody back any more.
pub fn stop() {
    #[cfg(target_arch = "wasm32")]
    browser::TICK.with(|tick| tick.replace(None));
}

/// Counts as input.
pub fn here() {
    #[cfg(target_arch = "wasm32")]
    browser::here();
}

/// While the person is being asked, only the answer counts, not a passing hand.
pub fn only_answers_count(yes: bool) {
    #[cfg(target_arch = "wasm32")]
    browser::ASKING.with(|asking| asking.set(yes));
    #[cfg(not(target_arch = "wasm32"))]
    let _ = yes;
}

#[cfg(target_arch = "wasm32")]
mod browser {
    use std::cell::{Cell, RefCell};
    use wasm_bindgen::{JsCast, prelude::*};

    type Tick = Box<dyn Fn(u32)>;

    thread_local! {
        /// When the page was last touched, in milliseconds; 0: not watching yet.
        static LAST: Cell<f64> = const { Cell::new(0.0) };
        pub static ASKING: Cell<bool> = const { Cell::new(false) };
        pub static TICK: RefCell<Option<Tick>> = const { RefCell::new(None) };
    }

    pub fn here() {
        LAST.with(|last| last.set(js_sys::Date::now()));
    }

    pub fn watch(tick: Tick) {
        TICK.with(|place| place.replace(Some(tick)));
        if LAST.with(Cell::get) == 0.0 {
            here();
            begin();
        }
    }

    /// Listens as long as the page lives.
    fn begin() {
        let Some(window) = web_sys::window() else {
            return;
        };
        let input = Closure::<dyn Fn()>::new(|| {
            if !ASKING.with(Cell::get) {
                here();
            }
        });
        for name in [
            "pointerdown",
            "pointermove",
            "keydown",
            "wheel",
            "touchmove",
        ] {
            let _ = window.add_event_listener_with_callback(name, input.as_ref().unchecked_ref());
        }
        input.forget();
        let second = Closure::<dyn Fn()>::new(|| {
            let seconds = (js_sys::Date::now() - LAST.with(Cell::get)) / 1000.0;
            // Taken out while it runs: it may put another in its place.
            let tick = TICK.with(|tick| tick.take());
            if let Some(tick) = tick {
                tick(seconds as u32);
                TICK.with(|place| {
                    place.borrow_mut().get_or_insert(tick);
                });
            }
        });
        let callback = second.as_ref().unchecked_ref();
        let _ = window.set_interval_with_callback_and_timeout_and_arguments_0(callback, 1000);
        second.forget();
    }
}

#[cfg(test)]
mod tests {
    use super::{Presence, presence};

    #[test]
    fn after_three_minutes_the_person_is_asked_and_has_thirty_seconds() {
        assert_eq!(presence(0), Presence::Here);
        assert_eq!(presence(179), Presence::Here);
        assert_eq!(presence(180), Presence::Doubtful(30));
        assert_eq!(presence(209), Presence::Doubtful(1));
        assert_eq!(presence(210), Presence::Gone);
        assert_eq!(presence(u32::MAX), Presence::Gone);
    }
}
