//! Fetches content: the app's own static files, by names that stand in index.html.
//!
//! Which files are asked for, and when, depends on the language only: first what asking needs and
//! what the publishers of this site lay over it, then, once that is on the screen, what the result
//! needs. Never on an answer, and not on the office.

use crate::session::Session;

/// Fetches the words and rules of a language, in two steps.
pub fn fetch(session: Session, lang: String) {
    #[cfg(target_arch = "wasm32")]
    wasm_bindgen_futures::spawn_local(browser::fetch(session, lang));
    #[cfg(not(target_arch = "wasm32"))]
    let _ = (session, lang);
}

#[cfg(target_arch = "wasm32")]
pub use browser::{check_words, fresh_offices};

#[cfg(target_arch = "wasm32")]
mod browser {
    use super::Session;
    use crate::{
        browser::{crash, document, storage},
        result::Parts,
        route::Route,
    };
    use std::cell::RefCell;
    use vaekstspejl_engine::{First, Later, OfficeId, catalogue::Office, overlay};
    use wasm_bindgen::JsCast;
    use wasm_bindgen_futures::JsFuture;
    use web_sys::{AbortSignal, RequestCache, RequestInit};

    const OWN_LANGUAGE: &str = "da";
    /// How long the offices of now are waited for (milliseconds).
    const SETTINGS_WAIT_MS: u32 = 30_000;
    /// The name of the meta element with the file of what the publishers lay over the content.
    const OVERLAYS: &str = "overlays";
    /// How long these are waited for before the first screen comes without them (milliseconds).
    const OVERLAYS_WAIT_MS: u32 = 4_000;

    thread_local! {
        /// The bytes of the publishers' file; asked for once.
        static PUBLISHED: RefCell<Option<Vec<u8>>> = const { RefCell::new(None) };
    }

    pub async fn fetch(session: Session, lang: String) {
        let known = file(&lang, "first").is_some();
        let lang = if known { lang } else { OWN_LANGUAGE.to_owned() };
        if !known {
            session.language_unknown.set(true);
        }
        session.offline.set(false);
        // Both under way before either is waited for.
        let publishers = ask_publishers();
        let first = bytes(&lang, "first")
            .await
            .and_then(|bytes| First::from_bytes(&bytes).ok());
        if let Some(asked) = publishers {
            publish(session, read(asked).await.unwrap_or_default());
        }
        let Some(first) = first else {
            if session.first.get_untracked().is_none() {
                crash::show(); // without any words, not even a message can be written
            }
            return session.offline.set(true);
        };
        document::set_language(&first.lang, &first.direction);
        document::next_task().await;
        let same = session
            .first
            .get_untracked()
            .is_some_and(|shown| shown.lang == first.lang);
        if !same {
            // Content lives as long as the page: a few languages at most, so leaking is the simple
            // and bounded way to share it between all components.
            let later = session.later.get_untracked().is_some();
            if !later {
                session.first.set(Some(Box::leak(Box::new(first))));
            } else if let Some(next) = load_later(&lang).await {
                // Both at once: never half a screen in each language.
                session.first.set(Some(Box::leak(Box::new(first))));
                return session.later.set(Some(next));
            } else {
                return session.offline.set(true);
            }
        }
        // A screen of the result is asked for at once; the others first show what they have.
        let at_once = session.route.with_untracked(Route::is_later);
        if !at_once {
            document::after_paint().await;
        }
        document::add_style();
        let Ok(parts) = crate::result::parts().await else {
            return session.offline.set(true);
        };
        // Each piece of work is a task of its own: a tap need not wait for all of them.
        document::next_task().await;
        resume(session, parts);
        let Some(later) = load_later(&lang).await else {
            return session.offline.set(true);
        };
        document::next_task().await;
        session.later.set(Some(later));
    }

    /// The second piece is here: what the person kept on this device is taken up.
    fn resume(session: Session, parts: Parts) {
        if session.parts.get_untracked().is_some() {
            return;
        }
        // A shared device keeps nothing, and what is there is not this person's.
        let kept = storage::kept().filter(|_| !session.shared_device.get_untracked());
        (parts.resume)(session, kept.as_deref());
        storage::on_change(move |kept| (parts.other_tab)(session, kept));
        session.parts.set(Some(parts));
    }

    async fn load_later(lang: &str) -> Option<&'static Later> {
        let bytes = bytes(lang, "later").await?;
        let parts = crate::result::parts().await.ok()?;
        document::next_task().await;
        PUBLISHED.with(|published| {
            let published = published.borrow();
            (parts.read)(&bytes, published.as_deref().unwrap_or_default(), lang)
        })
    }

    /// Asks for the publishers' file, the first time.
    fn ask_publishers() -> Option<js_sys::Promise> {
        if PUBLISHED.with(|published| published.borrow().is_some()) {
            return None;
        }
        let options = RequestInit::new();
        options.set_signal(Some(&AbortSignal::timeout_with_u32(OVERLAYS_WAIT_MS)));
        let file = document::meta(OVERLAYS)?;
        Some(web_sys::window()?.fetch_with_str_and_init(&file, &options))
    }

    /// Keeps the file, and puts on the look of the publisher whose page this is.
    fn publish(session: Session, file: Vec<u8>) {
        let wanted = session.office.get_untracked();
        let wanted = wanted.as_ref().map(OfficeId::as_str);
        let looks = overlay::File::parse(&file).and_then(|file| file.looks());
        let look = looks
            .ok()
            .and_then(|looks| overlay::look_for(looks, wanted));
        if let Some(look) = look {
            document::add_rules(&look.rules);
            if wanted.is_none() {
                session.office.set(Some(look.id.as_str().into()));
            }
            // As the content, it lives as long as the page.
            session.look.set(Some(Box::leak(Box::new(look))));
        }
        PUBLISHED.with(|published| published.replace(Some(file)));
    }

    /// The offices as the site knows them now, not as this page did when it was loaded; `None`:
    /// they cannot be read now. The page itself is asked for, so the request tells nothing.
    pub async fn fresh_offices(session: Session) -> Option<Vec<Office>> {
        let lang = session.first.get_untracked()?.lang.as_str();
        let now = RequestCache::NoStore;
        let page = String::from_utf8(fetched_in_time("./", now).await?).ok()?;
        let mark = ["content-", lang, "-later\" content=\""].concat();
        let (_, rest) = page.split_once(&mark)?;
        let (name, _) = rest.split_once('"')?;
        // A name with a hash is the same file at any time.
        let later = fetched_in_time(name, RequestCache::Default).await?;
        let overlays = fetched_in_time(&document::meta(OVERLAYS)?, now).await?;
        let parts = session.parts.get_untracked()?;
        Some((parts.offices)(&later, &overlays, lang))
    }

    /// The list behind the three words by which phone and wall know that they mean one room.
    pub async fn check_words() -> Option<String> {
        String::from_utf8(fetched(&document::meta("check-words")?).await?).ok()
    }

    /// While this is waited for no letter is sent, so it has an end; and an answer that the
    /// browser or the worker remembers is not how things are now.
    async fn fetched_in_time(name: &str, cache: RequestCache) -> Option<Vec<u8>> {
        let options = RequestInit::new();
        options.set_cache(cache);
        options.set_signal(Some(&AbortSignal::timeout_with_u32(SETTINGS_WAIT_MS)));
        let window = web_sys::window()?;
        read(window.fetch_with_str_and_init(name, &options)).await
    }

    fn file(lang: &str, part: &str) -> Option<String> {
        document::meta(&["content-", lang, "-", part].concat())
    }

    async fn bytes(lang: &str, part: &str) -> Option<Vec<u8>> {
        fetched(&file(lang, part)?).await
    }

    async fn fetched(name: &str) -> Option<Vec<u8>> {
        read(web_sys::window()?.fetch_with_str(name)).await
    }

    async fn read(asked: js_sys::Promise) -> Option<Vec<u8>> {
        let response = JsFuture::from(asked).await.ok()?;
        let response: web_sys::Response = response.dyn_into().ok()?;
        if !response.ok() {
            return None;
        }
        let buffer = JsFuture::from(response.array_buffer().ok()?).await.ok()?;
        Some(js_sys::Uint8Array::new(&buffer).to_vec())
    }
}
