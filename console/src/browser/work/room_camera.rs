//! Codes on a phone's screen, from an image or by the camera. What is seen is looked through here
//! and nowhere kept.

use super::room_store::steady_ms;
use crate::browser::Seen;
use js_sys::{Promise, Reflect};
use std::cell::RefCell;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{
    CanvasRenderingContext2d, HtmlCanvasElement, HtmlInputElement, HtmlVideoElement, ImageBitmap,
    MediaStream, MediaStreamConstraints, MediaStreamTrack,
};

/// An image is looked through at most so large (pixels a side): a code fills a good part of it.
const LARGEST: u32 = 1_200;
/// The camera's pictures are looked through so often (milliseconds).
const EVERY_MS: i32 = 250;
/// The same code again within so long is the same code held up (milliseconds).
const SAME_MS: f64 = 4_000.0;

thread_local! {
    static STREAM: RefCell<Option<MediaStream>> = const { RefCell::new(None) };
}

pub fn read_image(event: &web_sys::Event, seen: impl Fn(Seen) + 'static) {
    let input = event
        .target()
        .and_then(|it| it.dyn_into::<HtmlInputElement>().ok());
    let Some(input) = input else { return };
    let Some(file) = input.files().and_then(|it| it.get(0)) else {
        return;
    };
    input.set_value(""); // so that choosing the same file again is noticed
    spawn_local(async move {
        let found = match bitmap(&file).await {
            Ok(image) => {
                let codes = codes(image.width(), image.height(), |context, width, height| {
                    context
                        .draw_image_with_image_bitmap_and_dw_and_dh(&image, 0.0, 0.0, width, height)
                });
                codes.ok()
            }
            Err(_) => None,
        };
        seen(match found {
            None => Seen::NoImage,
            Some(texts) if texts.is_empty() => Seen::Nothing,
            Some(texts) => Seen::Texts(texts),
        });
    });
}

async fn bitmap(file: &web_sys::File) -> Result<ImageBitmap, JsValue> {
    let window = web_sys::window().ok_or(JsValue::NULL)?;
    let made = window.create_image_bitmap_with_blob(file)?;
    JsFuture::from(made).await?.dyn_into()
}

/// The codes in what is drawn.
fn codes(
    width: u32,
    height: u32,
    draw: impl FnOnce(&CanvasRenderingContext2d, f64, f64) -> Result<(), JsValue>,
) -> Result<Vec<String>, JsValue> {
    let longest = width.max(height).max(1);
    let scale = (f64::from(LARGEST) / f64::from(longest)).min(1.0);
    let (wide, high) = (f64::from(width) * scale, f64::from(height) * scale);
    let (wide, high) = (wide.max(1.0).floor(), high.max(1.0).floor());
    let document = web_sys::window().and_then(|it| it.document());
    let canvas = document.ok_or(JsValue::NULL)?.create_element("canvas")?;
    let canvas: HtmlCanvasElement = canvas.dyn_into()?;
    canvas.set_width(wide as u32);
    canvas.set_height(high as u32);
    let context = canvas.get_context("2d")?.ok_or(JsValue::NULL)?;
    let context: CanvasRenderingContext2d = context.dyn_into()?;
    draw(&context, wide, high)?;
    let pixels = context.get_image_data(0.0, 0.0, wide, high)?.data();
    let (wide, high) = (wide as usize, high as usize);
    let grey = |x: usize, y: usize| {
        let at = (y * wide + x) * 4;
        let part = |it: usize| pixels.get(at + it).copied().map_or(255, u32::from);
        let sum = part(0) * 3 + part(1) * 6 + part(2);
        u8::try_from(sum / 10).unwrap_or(u8::MAX)
    };
    let mut image = rqrr::PreparedImage::prepare_from_greyscale(wide, high, grey);
    let grids = image.detect_grids();
    let texts = grids.iter().filter_map(|it| it.decode().ok());
    Ok(texts.map(|(_, text)| text).collect())
}

pub fn camera_on(seen: impl Fn(Seen) + Copy + 'static) {
    spawn_local(async move {
        if watch(seen).await.is_err() {
            camera_off();
            seen(Seen::NoCamera);
        }
    });
}

async fn watch(seen: impl Fn(Seen) + Copy + 'static) -> Result<(), JsValue> {
    let window = web_sys::window().ok_or(JsValue::NULL)?;
    let devices = Reflect::get(&window.navigator(), &"mediaDevices".into())?;
    let devices: web_sys::MediaDevices = devices.dyn_into()?;
    let wanted = MediaStreamConstraints::new();
    wanted.set_video(&JsValue::TRUE);
    let stream = JsFuture::from(devices.get_user_media_with_constraints(&wanted)?).await?;
    let stream: MediaStream = stream.dyn_into()?;
    camera_off();
    STREAM.set(Some(stream.clone()));
    let document = window.document().ok_or(JsValue::NULL)?;
    let Some(video) = document.get_element_by_id("camera") else {
        // The screen was left while the browser asked.
        camera_off();
        return Ok(());
    };
    let video: HtmlVideoElement = video.dyn_into()?;
    video.set_muted(true);
    video.set_src_object(Some(&stream));
    JsFuture::from(video.play()?).await?;
    let mut last: (Vec<String>, f64) = (Vec::new(), 0.0);
    while STREAM.with_borrow(|it| it.as_ref() == Some(&stream)) && video.is_connected() {
        let found = codes(
            video.video_width(),
            video.video_height(),
            |context, width, height| {
                context.draw_image_with_html_video_element_and_dw_and_dh(
                    &video, 0.0, 0.0, width, height,
                )
            },
        );
        let found = found.unwrap_or_default();
        let now = steady_ms();
        let again = found == last.0 && now - last.1 < SAME_MS;
        if !found.is_empty() {
            last = (found.clone(), now);
            if !again {
                seen(Seen::Texts(found));
            }
        }
        let rest = Promise::new(&mut |resolve, _| {
            let _ =
                window.set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, EVERY_MS);
        });
        JsFuture::from(rest).await?;
    }
    stop(&stream);
    Ok(())
}

pub fn camera_off() {
    if let Some(stream) = STREAM.take() {
        stop(&stream);
    }
}

fn stop(stream: &MediaStream) {
    for track in stream.get_tracks() {
        if let Ok(track) = track.dyn_into::<MediaStreamTrack>() {
            track.stop();
        }
    }
}
