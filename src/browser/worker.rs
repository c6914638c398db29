//! The worker that keeps whole versions of the app on this device (scripts/worker.js): has it
//! begin, looks for a newer one, and hears which version is kept.
//!
//! When it is begun and when it looks depends on no answer. In a frame of another page nothing is
//! kept, and without a safe connection browsers have no workers.

/// How long after the last look the next may come (milliseconds).
pub const LOOK_AFTER_MS: u64 = 60 * 60 * 1000;

/// Whether it is time to look again. A clock that was set back does not stop it.
#[must_use]
pub fn may_look(last_ms: u64, now_ms: u64) -> bool {
    now_ms < last_ms || now_ms - last_ms >= LOOK_AFTER_MS
}

/// Begins, once for each page; true the first time. From then on calls back with the page's own
/// version and the one that is kept; without one when another worker has taken over.
pub fn begin(told: impl Fn(&str, Option<&str>) + 'static) -> bool {
    #[cfg(target_arch = "wasm32")]
    {
        browser::begin(told)
    }
    #[cfg(not(target_arch = "wasm32"))]
    {
        let _ = told;
        false
    }
}

#[cfg(target_arch = "wasm32")]
mod browser {
    use super::may_look;
    use crate::browser::{address, clock, document, line};
    use core::cell::{Cell, RefCell};
    use js_sys::Reflect;
    use std::rc::Rc;
    use wasm_bindgen::{JsCast, JsValue, prelude::Closure};
    use wasm_bindgen_futures::{JsFuture, spawn_local};
    use web_sys::{
        MessageEvent, RegistrationOptions, ServiceWorker, ServiceWorkerContainer,
        ServiceWorkerRegistration, ServiceWorkerUpdateViaCache, Window,
    };

    /// What is called back with the page's version and the one that is kept.
    type Told = dyn Fn(&str, Option<&str>);

    const WORKER: &str = "worker.js";
    /// The name of the meta element with the page's version.
    const VERSION: &str = "version";

    thread_local! {
        static BEGUN: Cell<bool> = const { Cell::new(false) };
        static REGISTRATION: RefCell<Option<ServiceWorkerRegistration>> = const { RefCell::new(None) };
        /// When a newer worker was last looked for (milliseconds).
        static LOOKED: Cell<u64> = const { Cell::new(0) };
    }

    pub fn begin(told: impl Fn(&str, Option<&str>) + 'static) -> bool {
        if BEGUN.replace(true) {
            return false;
        }
        let _ = try_begin(told);
        true
    }

    fn try_begin(told: impl Fn(&str, Option<&str>) + 'static) -> Option<()> {
        let window = web_sys::window()?;
        if is_framed(&window)? {
            return None;
        }
        let version = document::meta(VERSION)?;
        let navigator = window.navigator();
        let workers = property(&navigator, "serviceWorker")?;
        let workers: ServiceWorkerContainer = workers.unchecked_into();
        // Whose browser is asked to save data is not made to fetch what they may never need.
        if workers.controller().is_none() && saves_data(&navigator) {
            return None;
        }
        listen(&workers, version.clone(), Rc::new(told));
        spawn_local(async move {
            let Some(found) = registered(&workers).await else {
                return;
            };
            // One that is new speaks when it takes over.
            if let Some(active) = found.active() {
                speak(&active, &version);
                look(&found);
            }
            LOOKED.set(clock::now_ms());
            REGISTRATION.set(Some(found));
            line::on_chance(look_in_time);
        });
        Some(())
    }

    /// Our registration. One that is there is not made again: while a newer worker is being
    /// fetched, that keeps Chromium from letting it take over for five minutes.
    async fn registered(workers: &ServiceWorkerContainer) -> Option<ServiceWorkerRegistration> {
        let page = address::base();
        let (folder, _) = page.rsplit_once('/')?;
        let found = |it: JsValue| it.dyn_into::<ServiceWorkerRegistration>().ok();
        let there = found(JsFuture::from(workers.get_registration()).await.ok()?);
        // Another app may lie around this one.
        let there = there.filter(|it| it.scope().strip_suffix('/') == Some(folder));
        if there.is_some() {
            return there;
        }
        let options = RegistrationOptions::new();
        options.set_update_via_cache(ServiceWorkerUpdateViaCache::None);
        let asked = workers.register_with_options(WORKER, &options);
        found(JsFuture::from(asked).await.ok()?)
    }

    /// In a frame, or the page made for frames.
    fn is_framed(window: &Window) -> Option<bool> {
        let root = window.document()?.document_element()?;
        let parent = window.parent().ok()??;
        Some(root.has_attribute("data-framed") || parent != *window)
    }

    fn saves_data(navigator: &JsValue) -> bool {
        let saves = |it: JsValue| Reflect::get(&it, &"saveData".into()).ok();
        let saves = property(navigator, "connection").and_then(saves);
        saves.is_some_and(|it| it.is_truthy())
    }

    /// A property that not every browser has, or lets everybody look at.
    fn property(of: &JsValue, name: &str) -> Option<JsValue> {
        let found = Reflect::get(of, &name.into()).ok();
        found.filter(JsValue::is_object)
    }

    /// A worker that says its version is told the page's, and so is one that takes over.
    fn listen(workers: &ServiceWorkerContainer, version: String, told: Rc<Told>) {
        let speaking = {
            let (workers, version) = (workers.clone(), version.clone());
            move || {
                if let Some(worker) = workers.controller() {
                    speak(&worker, &version);
                }
            }
        };
        let (speak_to_new, told_none, own) = (speaking.clone(), told.clone(), version.clone());
        let took_over = Closure::<dyn Fn()>::new(move || {
            told_none(&own, None);
            speak_to_new();
        });
        let said = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
            if let Some(kept) = event.data().as_string() {
                told(&version, Some(&kept));
                speaking();
            }
        });
        for (event, listener) in [
            ("controllerchange", took_over.into_js_value()),
            ("message", said.into_js_value()),
        ] {
            let _ = workers.add_event_listener_with_callback(event, listener.unchecked_ref());
        }
    }

    fn speak(worker: &ServiceWorker, version: &str) {
        let _ = worker.post_message(&version.into());
    }

    fn look_in_time() {
        let now = clock::now_ms();
        if may_look(LOOKED.get(), now) {
            LOOKED.set(now);
            REGISTRATION.with_borrow(|it| it.iter().for_each(look));
        }
    }

    fn look(registration: &ServiceWorkerRegistration) {
        if let Ok(asked) = registration.update() {
            // Without net there is none, and that is no error.
            spawn_local(async move {
                let _ = JsFuture::from(asked).await;
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{LOOK_AFTER_MS, may_look};

    #[test]
    fn a_newer_version_is_looked_for_once_an_hour_at_most() {
        let now = 1_800_000_000_000;
        assert!(may_look(0, now));
        assert!(!may_look(now, now) && !may_look(now, now + LOOK_AFTER_MS - 1));
        assert!(may_look(now, now + LOOK_AFTER_MS));
        assert!(may_look(now, now - 1), "a clock that was set back");
    }
}
