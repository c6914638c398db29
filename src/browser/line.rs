//! The line to an office's mailbox: the only place from which anything is sent, and only what is
//! handed to it.

/// What is to be sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Call {
    /// `PUT`, `DELETE`.
    pub method: &'static str,
    /// The address.
    pub url: String,
    /// Names and values.
    pub headers: Vec<(String, String)>,
    /// The bytes; may be empty.
    pub body: Vec<u8>,
}

/// What came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// The status.
    pub status: u16,
    /// The type of the body; empty: not said.
    pub content_type: String,
    /// How long to wait before trying again (seconds), if it said so.
    pub retry_after: Option<u32>,
    /// The body; cut off where it is longer than any answer of a mailbox.
    pub body: Vec<u8>,
}

#[cfg(target_arch = "wasm32")]
pub use browser::{alone, send};

#[cfg(target_arch = "wasm32")]
mod browser {
    use super::{Call, Reply};
    use js_sys::{Function, Object, Promise, Reflect, Uint8Array};
    use wasm_bindgen::{JsCast, JsValue, prelude::Closure};
    use wasm_bindgen_futures::{JsFuture, future_to_promise};
    use web_sys::{
        AbortSignal, Headers, ReferrerPolicy, RequestCache, RequestCredentials, RequestInit,
        RequestRedirect, Response,
    };

    /// No answer for so long is none (milliseconds).
    const LONGEST_WAIT: u32 = 30_000;
    /// A longer answer is not a mailbox's (bytes).
    const LONGEST_ANSWER: u32 = 65_536;

    /// Sends; `None`: no answer came. A redirect is no answer: a mailbox does not move that way,
    /// but the log-in page of a hotel does.
    pub async fn send(call: &Call) -> Option<Reply> {
        try_send(call).await.ok()
    }

    async fn try_send(call: &Call) -> Result<Reply, JsValue> {
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
        options.set_signal(Some(&AbortSignal::timeout_with_u32(LONGEST_WAIT)));
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

    /// Does the work only if no other tab is at it; false: another one is. A browser without
    /// locks does it: letters have ids, so twice does no harm.
    pub async fn alone(name: &str, work: impl Future<Output = ()> + 'static) -> bool {
        match try_alone(name, work) {
            Ok(asked) => JsFuture::from(asked)
                .await
                .is_ok_and(|it| it.as_bool() == Some(true)),
            Err(work) => {
                work.await;
                true
            }
        }
    }

    fn try_alone<W: Future<Output = ()> + 'static>(name: &str, work: W) -> Result<Promise, W> {
        let locks = web_sys::window()
            .and_then(|window| Reflect::get(&window.navigator(), &"locks".into()).ok())
            .filter(|locks| locks.is_object());
        let request = locks
            .as_ref()
            .and_then(|locks| Reflect::get(locks, &"request".into()).ok())
            .and_then(|it| it.dyn_into::<Function>().ok());
        let (Some(locks), Some(request)) = (locks, request) else {
            return Err(work);
        };
        let options = Object::new();
        let _ = Reflect::set(&options, &"ifAvailable".into(), &JsValue::TRUE);
        // The lock is held until the promise that comes back is settled.
        let held = Closure::once_into_js(move |lock: JsValue| -> Promise {
            if lock.is_null() {
                return Promise::resolve(&JsValue::FALSE);
            }
            future_to_promise(async move {
                work.await;
                Ok(JsValue::TRUE)
            })
        });
        match request.call3(&locks, &name.into(), &options, &held) {
            Ok(asked) => Ok(asked.unchecked_into()),
            Err(_) => Ok(Promise::resolve(&JsValue::FALSE)),
        }
    }
}
