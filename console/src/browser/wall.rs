//! What a clock on the wall needs of a browser: a steady clock, ticks, keys, sound, a screen that
//! stays awake, and a place that lasts over a reload. Natively nothing of it happens.

/// A key that the clock knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    /// The space bar.
    Space,
    /// The arrow that leads on in the direction of reading.
    On,
    /// The arrow that leads back.
    Back,
    /// Escape.
    Escape,
}

/// Milliseconds by the steady clock, which nobody can set, and by the time of day.
pub fn now() -> (u64, u64) {
    #[cfg(target_arch = "wasm32")]
    {
        browser::now()
    }
    #[cfg(not(target_arch = "wasm32"))]
    (0, 0)
}

/// Calls back again and again, until the screen is left.
pub fn every(milliseconds: u64, tick: impl Fn() + 'static) {
    #[cfg(target_arch = "wasm32")]
    browser::every(milliseconds, tick);
    #[cfg(not(target_arch = "wasm32"))]
    let _ = (milliseconds, tick);
}

/// Calls back on these keys until the screen is left, but not while they are meant for a control.
pub fn on_keys(act: impl Fn(Key) + 'static) {
    #[cfg(target_arch = "wasm32")]
    browser::on_keys(act);
    #[cfg(not(target_arch = "wasm32"))]
    let _ = act;
}

/// Keeps the screen awake, where the browser can, or lets it sleep.
pub fn awake(yes: bool) {
    #[cfg(target_arch = "wasm32")]
    browser::awake(yes);
    #[cfg(not(target_arch = "wasm32"))]
    let _ = yes;
}

/// Plays tones of these pitches (hertz), one after the other.
pub fn tones(pitches: &[f32]) {
    #[cfg(target_arch = "wasm32")]
    browser::tones(pitches);
    #[cfg(not(target_arch = "wasm32"))]
    let _ = pitches;
}

/// Keeps a text for this tab, over a reload; nothing forgets it.
pub fn keep(text: Option<&str>) {
    #[cfg(target_arch = "wasm32")]
    browser::keep(text);
    #[cfg(not(target_arch = "wasm32"))]
    let _ = text;
}

/// What was kept.
pub fn kept() -> Option<String> {
    #[cfg(target_arch = "wasm32")]
    {
        browser::kept()
    }
    #[cfg(not(target_arch = "wasm32"))]
    None
}

#[cfg(target_arch = "wasm32")]
mod browser {
    use super::Key;
    use core::{cell::RefCell, time::Duration};
    use js_sys::{Function, Promise, Reflect};
    use leptos::prelude::*;
    use vaekstspejl::browser::document;
    use wasm_bindgen::{JsCast, JsValue};
    use wasm_bindgen_futures::{JsFuture, spawn_local};

    const KEPT: &str = "vaekstspejl-clock";
    /// How long a tone sounds, and how far they are apart (seconds).
    const TONE: f64 = 0.35;

    thread_local! {
        /// Made at the first sound: browsers give none before a click.
        static SOUND: RefCell<Option<web_sys::AudioContext>> = const { RefCell::new(None) };
        static LOCK: RefCell<Lock> = const { RefCell::new(Lock { wanted: false, asked: false, held: None }) };
    }

    struct Lock {
        wanted: bool,
        /// It was asked for since it was wanted; one that is refused is not asked for again.
        asked: bool,
        held: Option<JsValue>,
    }

    pub fn now() -> (u64, u64) {
        let steady = web_sys::window().and_then(|it| it.performance());
        let steady = steady.map_or(0.0, |it| it.now());
        (steady as u64, js_sys::Date::now() as u64)
    }

    pub fn every(milliseconds: u64, tick: impl Fn() + 'static) {
        let ticks = set_interval_with_handle(tick, Duration::from_millis(milliseconds));
        if let Ok(ticks) = ticks {
            on_cleanup(move || ticks.clear());
        }
    }

    pub fn on_keys(act: impl Fn(Key) + 'static) {
        let listener = window_event_listener(leptos::ev::keydown, move |event| {
            let held = event.ctrl_key() || event.alt_key() || event.meta_key();
            if held || document::is_typing() {
                return;
            }
            let rtl = web_sys::window()
                .and_then(|it| it.document())
                .and_then(|it| it.document_element())
                .and_then(|it| it.get_attribute("dir"))
                .is_some_and(|it| it == "rtl");
            let key = match event.key().as_str() {
                " " if !on_a_control(&event) => Key::Space,
                "ArrowRight" if rtl => Key::Back,
                "ArrowLeft" if rtl => Key::On,
                "ArrowRight" => Key::On,
                "ArrowLeft" => Key::Back,
                "Escape" => Key::Escape,
                _ => return,
            };
            event.prevent_default();
            act(key);
        });
        on_cleanup(move || listener.remove());
    }

    /// The space bar presses what has the focus.
    fn on_a_control(event: &web_sys::KeyboardEvent) -> bool {
        let target = event.target();
        let target = target.and_then(|it| it.dyn_into::<web_sys::Element>().ok());
        target.is_some_and(|it| {
            matches!(it.tag_name().as_str(), "BUTTON" | "A" | "INPUT" | "SUMMARY")
        })
    }

    pub fn awake(yes: bool) {
        let (ask_now, let_go) = LOCK.with_borrow_mut(|lock| {
            lock.wanted = yes;
            if !yes {
                lock.asked = false;
                return (false, lock.held.take());
            }
            // A lock ends by itself when the page is hidden.
            if lock.held.take_if(|it| is_true(it, "released")).is_some() {
                lock.asked = false;
            }
            let first = !lock.asked;
            lock.asked = true;
            (first, None)
        });
        if let Some(held) = let_go {
            let _ = call(&held, "release", &[]);
        }
        if ask_now {
            ask();
        }
    }

    fn ask() {
        let Some(window) = web_sys::window() else {
            return;
        };
        let locks = Reflect::get(&window.navigator(), &"wakeLock".into());
        let Some(locks) = locks.ok().filter(JsValue::is_object) else {
            return;
        };
        let Some(asked) = call(&locks, "request", &["screen".into()]) else {
            return;
        };
        spawn_local(async move {
            let Ok(held) = JsFuture::from(Promise::resolve(&asked)).await else {
                return;
            };
            let late = LOCK.with_borrow_mut(|lock| match lock.wanted {
                true => {
                    lock.held = Some(held.clone());
                    false
                }
                false => true,
            });
            if late {
                let _ = call(&held, "release", &[]);
            }
        });
    }

    fn call(object: &JsValue, name: &str, given: &[JsValue]) -> Option<JsValue> {
        let function = Reflect::get(object, &name.into()).ok()?;
        let function: Function = function.dyn_into().ok()?;
        match given {
            [] => function.call0(object).ok(),
            [one, ..] => function.call1(object, one).ok(),
        }
    }

    fn is_true(object: &JsValue, name: &str) -> bool {
        Reflect::get(object, &name.into()).is_ok_and(|it| it.is_truthy())
    }

    pub fn tones(pitches: &[f32]) {
        SOUND.with_borrow_mut(|sound| {
            if sound.is_none() {
                *sound = web_sys::AudioContext::new().ok();
            }
            let Some(sound) = sound else { return };
            let _ = sound.resume();
            for (place, pitch) in pitches.iter().enumerate() {
                let at = sound.current_time() + place as f64 * TONE;
                let _ = tone(sound, *pitch, at);
            }
        });
    }

    fn tone(sound: &web_sys::AudioContext, pitch: f32, at: f64) -> Result<(), JsValue> {
        let (tone, loudness) = (sound.create_oscillator()?, sound.create_gain()?);
        tone.frequency().set_value(pitch);
        // It swells and fades, so that nobody jumps.
        let gain = loudness.gain();
        gain.set_value_at_time(0.0, at)?;
        gain.linear_ramp_to_value_at_time(0.3, at + 0.04)?;
        gain.linear_ramp_to_value_at_time(0.0, at + TONE)?;
        tone.connect_with_audio_node(&loudness)?;
        loudness.connect_with_audio_node(&sound.destination())?;
        tone.start_with_when(at)?;
        tone.stop_with_when(at + TONE)
    }

    pub fn keep(text: Option<&str>) {
        let Some(storage) = storage() else { return };
        let _ = match text {
            Some(text) => storage.set_item(KEPT, text),
            None => storage.remove_item(KEPT),
        };
    }

    pub fn kept() -> Option<String> {
        storage()?.get_item(KEPT).ok()?
    }

    fn storage() -> Option<web_sys::Storage> {
        web_sys::window()?.session_storage().ok()?
    }
}
