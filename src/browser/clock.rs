//! Today, as the person's device sees it.

use vaekstspejl_engine::Date;

/// The day on the person's device, in its own time zone.
#[cfg(target_arch = "wasm32")]
pub fn today() -> Date {
    let now = js_sys::Date::new_0();
    let day = Date::new(
        u16::try_from(now.get_full_year()).unwrap_or(0),
        u8::try_from(now.get_month() + 1).unwrap_or(0),
        u8::try_from(now.get_date()).unwrap_or(0),
    );
    day.unwrap_or(Date::first_of_year(2026))
}

/// Natively only the first screen is rendered, and it shows no date.
#[cfg(not(target_arch = "wasm32"))]
pub fn today() -> Date {
    Date::first_of_year(2026)
}

/// This moment on the person's device (milliseconds since 1970-01-01). It may jump.
#[cfg(target_arch = "wasm32")]
pub fn now_ms() -> u64 {
    js_sys::Date::now() as u64
}

/// Natively nothing waits.
#[cfg(not(target_arch = "wasm32"))]
pub fn now_ms() -> u64 {
    0
}
