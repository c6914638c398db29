//! The line to an office's mailbox: the only place from which anything is sent, and only what is
//! handed to it.

#[cfg(target_arch = "wasm32")]
pub use browser::{alone, in_turn, on_chance, send, wake};

#[cfg(target_arch = "wasm32")]
mod browser {
    use core::cell::RefCell;
    use js_sys::{Function, Object, Promise, Reflect, Uint8Array};
    use std::{collections::BTreeMap, rc::Rc};
    use vaekstspejl_mailbox::call::{LONGEST_CALL_MS, Reply, Request};
    use wasm_bindgen::{JsCast, JsValue, prelude::Closure};
    use wasm_bindgen_futures::{JsFuture, future_to_promise};
    use web_sys::{
        AbortSignal, Headers, ReferrerPolicy, RequestCache, RequestCredentials, RequestInit,
        RequestRedirect, Response,
    };

    /// A longer answer is not a mailbox's (bytes): a hundred letters in base64 are 560 kB.
    const LONGEST_ANSWER: u32 = 1 << 20;

    /// Sends; `None`: no answer came within [`LONGEST_CALL_MS`]. A redirect is no answer: a mailbox does not move that way,
    /// but the log-in page of a hotel does.
    pub async fn send(call: &Request) -> Option<Reply> {
        try_send(call).await.ok()
    }

    async fn try_send(call: &Request) -> Result<Reply, JsValue> {
        let window = web_sys::window().ok_or(JsValue::NULL)?;
        let headers = Headers::new()?;
        for (name, value) in &call.headers {
            headers.append(name, value)?;
        }
        let options = RequestInit::new();
        options.set_method(call.method);
        options.set_headers(&headers);
        options.set_cache(RequestCache::NoStore);
        options.set_credentials(RequestCredentials::Omit);
        options.set_redirect(RequestRedirect::Error);
        options.set_referrer_policy(ReferrerPolicy::NoReferrer);
        let wait = u32::try_from(LONGEST_CALL_MS).unwrap_or(u32::MAX);
        options.set_signal(Some(&AbortSignal::timeout_with_u32(wait)));
        if !call.body.is_empty() {
            options.set_body(&Uint8Array::from(call.body.as_slice()));
        }
        let response = JsFuture::from(window.fetch_with_str_and_init(&call.url, &options)).await?;
        let response: Response = response.dyn_into()?;
        let header = |name: &str| response.headers().get(name).ok().flatten();
        let reply = Reply {
            status: response.status(),
            content_type: header("content-type").unwrap_or_default(),
            retry_after: header("retry-after").and_then(|it| it.trim().parse().ok()),
            body: Vec::new(),
        };
        let body = Uint8Array::new(&JsFuture::from(response.array_buffer()?).await?);
        let body = body.subarray(0, LONGEST_ANSWER).to_vec();
        Ok(Reply { body, ..reply })
    }

    /// Calls back whenever there may be a line again: the network is back, or the page is looked at.
    pub fn on_chance(callback: fn()) {
        let Some(window) = web_sys::window() else {
            return;
        };
        let listener = Closure::<dyn Fn()>::new(callback).into_js_value();
        let listener: &Function = listener.unchecked_ref();
        let _ = window.add_event_listener_with_callback("online", listener);
        let _ = window.add_event_listener_with_callback("pageshow", listener);
        if let Some(document) = window.document() {
            let _ = document.add_event_listener_with_callback("visibilitychange", listener);
        }
    }

    thread_local! {
        static WAKE: RefCell<BTreeMap<&'static str, i32>> = const { RefCell::new(BTreeMap::new()) };
    }

    /// Calls back after so many milliseconds, instead of what was to be called back before under
    /// this name.
    pub fn wake(name: &'static str, after_ms: u64, callback: fn()) {
        let Some(window) = web_sys::window() else {
            return;
        };
        let after = i32::try_from(after_ms).unwrap_or(i32::MAX);
        let callback = Closure::once_into_js(callback);
        let timer = window
            .set_timeout_with_callback_and_timeout_and_arguments_0(callback.unchecked_ref(), after);
        let before = WAKE.with_borrow_mut(|all| all.insert(name, timer.unwrap_or(0)));
        window.clear_timeout_with_handle(before.unwrap_or(0));
    }

    /// Does the work only if no other tab is at it; false: another one is. A browser without
    /// locks, or one that forbids them (as where no site may keep anything), does it: letters have
    /// ids, so twice does no harm.
    pub async fn alone(name: &str, work: impl Future<Output = ()> + 'static) -> bool {
        locked(name, true, work).await
    }

    /// Does the work when it is its turn.
    pub async fn in_turn(name: &str, work: impl Future<Output = ()> + 'static) {
        locked(name, false, work).await;
    }

    async fn locked(name: &str, only_now: bool, work: impl Future<Output = ()> + 'static) -> bool {
        let Some((locks, request)) = locks() else {
            work.await;
            return true;
        };
        let options = Object::new();
        let _ = Reflect::set(&options, &"ifAvailable".into(), &only_now.into());
        let work = Rc::new(RefCell::new(Some(work)));
        let place = work.clone();
        // The lock is held until the promise that comes back is settled.
        let held = Closure::once_into_js(move |lock: JsValue| -> Promise {
            let work = place.take().filter(|_| !lock.is_null());
            let Some(work) = work else {
                return Promise::resolve(&JsValue::FALSE);
            };
            future_to_promise(async move {
                work.await;
                Ok(JsValue::TRUE)
            })
        });
        let asked = request.call3(&locks, &name.into(), &options, &held);
        let answer = match asked {
            Ok(asked) => JsFuture::from(asked.unchecked_into::<Promise>()).await,
            Err(refused) => Err(refused),
        };
        if let Ok(answer) = answer {
            return answer.as_bool() == Some(true);
        }
        // Refused, and nothing was begun: as without locks.
        let Some(work) = work.take() else {
            return false;
        };
        work.await;
        true
    }

    /// `navigator.locks` and its method `request`; the bindings do not know them yet.
    fn locks() -> Option<(JsValue, Function)> {
        let navigator = web_sys::window()?.navigator();
        let locks = Reflect::get(&navigator, &"locks".into()).ok()?;
        let request = Reflect::get(&locks, &"request".into()).ok()?;
        Some((locks, request.dyn_into().ok()?))
    }
}
