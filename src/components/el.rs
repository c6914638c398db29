//! One type for every element of the result's screens.
//!
//! A `view!` has a type of its own, and each such type brings its own compiled code for building,
//! changing and taking down; the result's many elements would cost the first load more than all the
//! rest of the program. Here a tag, its attributes and its children are plain data of one type.
//! What is drawn from answers is drawn anew when they change, so nothing is compared; parts that
//! change by themselves are closures, see [`El::live`].

use crate::{
    browser::listen::listen,
    words::{Word, text},
};
use leptos::{
    prelude::*,
    tachys::{
        html::attribute::any_attribute::AnyAttribute,
        hydration::Cursor,
        no_attrs,
        renderer::{
            Rndr,
            types::{Element, Node},
        },
        view::{Mountable, Position, PositionState, Render, RenderHtml},
    },
};
use std::borrow::Cow;

const SVG: &str = "http://www.w3.org/2000/svg";

type Listener = Box<dyn FnMut(&leptos::ev::Event) + Send>;
/// The value by now; None is no attribute.
type LiveValue = Box<dyn Fn() -> Option<Cow<'static, str>> + Send>;

/// An element that is still being described.
pub struct El {
    tag: &'static str,
    svg: bool,
    attributes: Vec<(&'static str, Cow<'static, str>)>,
    live_attributes: Vec<(&'static str, LiveValue)>,
    children: Vec<Kid>,
    listeners: Vec<(&'static str, Listener)>,
}

/// What may stand inside an element.
pub enum Kid {
    /// Words.
    Text(Cow<'static, str>),
    /// Another element.
    El(El),
    /// Any other view.
    View(AnyView),
}

/// An element of HTML with a class; an empty class is none.
pub fn el(tag: &'static str, class: &'static str) -> El {
    element(tag, class, false)
}

/// An element of a drawing with a class; an empty class is none.
pub fn shape(tag: &'static str, class: &'static str) -> El {
    element(tag, class, true)
}

/// A link with words; an empty class is none.
pub fn link(class: &'static str, href: impl Into<Cow<'static, str>>, words: Word) -> El {
    el("a", class).attr("href", href).kid(text(words))
}

fn element(tag: &'static str, class: &'static str, svg: bool) -> El {
    let attributes = if class.is_empty() {
        Vec::new()
    } else {
        vec![("class", Cow::Borrowed(class))]
    };
    El {
        tag,
        svg,
        attributes,
        live_attributes: Vec::new(),
        children: Vec::new(),
        listeners: Vec::new(),
    }
}

impl El {
    /// With an attribute.
    pub fn attr(mut self, name: &'static str, value: impl Into<Cow<'static, str>>) -> Self {
        self.attributes.push((name, value.into()));
        self
    }

    /// With an attribute that follows the signals it reads; None is no attribute.
    pub fn live_attr<V: Into<Cow<'static, str>>>(
        mut self,
        name: &'static str,
        value: impl Fn() -> Option<V> + Send + 'static,
    ) -> Self {
        let value = move || value().map(Into::into);
        self.live_attributes.push((name, Box::new(value)));
        self
    }

    /// With attributes that are numbers.
    pub fn numbers<const N: usize>(self, values: [(&'static str, i64); N]) -> Self {
        values
            .into_iter()
            .fold(self, |el, (name, value)| el.attr(name, value.to_string()))
    }

    /// With words, an element or a view inside, after what is there.
    pub fn kid(mut self, kid: impl Into<Kid>) -> Self {
        self.children.push(kid.into());
        self
    }

    /// With an element inside, if there is one.
    pub fn maybe(self, kid: Option<El>) -> Self {
        self.kids(kid.into_iter().collect())
    }

    /// With elements inside.
    pub fn kids(mut self, kids: Vec<El>) -> Self {
        self.children.extend(kids.into_iter().map(Kid::El));
        self
    }

    /// With a part that follows the signals it reads.
    pub fn live(self, part: impl Fn() -> AnyView + Send + 'static) -> Self {
        // Boxed, so that all such parts are one type.
        let part: Box<dyn Fn() -> AnyView + Send> = Box::new(part);
        self.kid(part.into_any())
    }

    /// With words that follow the signals they read.
    pub fn live_text(self, words: impl Fn() -> &'static str + Send + 'static) -> Self {
        let words: Box<dyn Fn() -> &'static str + Send> = Box::new(words);
        self.kid(words.into_any())
    }

    /// Calls back on an event.
    pub fn on(self, event: &'static str, mut callback: impl FnMut() + Send + 'static) -> Self {
        self.on_event(event, move |_| callback())
    }

    /// Calls back on an event, with the event.
    pub fn on_event(
        mut self,
        event: &'static str,
        callback: impl FnMut(&leptos::ev::Event) + Send + 'static,
    ) -> Self {
        self.listeners.push((event, Box::new(callback)));
        self
    }

    /// With an attribute without a value, when it holds.
    pub fn flag(self, name: &'static str, holds: bool) -> Self {
        if holds { self.attr(name, "") } else { self }
    }
}

impl From<&'static str> for Kid {
    fn from(text: &'static str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl From<String> for Kid {
    fn from(text: String) -> Self {
        Self::Text(Cow::Owned(text))
    }
}

impl From<El> for Kid {
    fn from(el: El) -> Self {
        Self::El(el)
    }
}

impl From<AnyView> for Kid {
    fn from(view: AnyView) -> Self {
        Self::View(view)
    }
}

/// An element on the page, and what must live as long as it does.
pub struct Built {
    element: Element,
    inside: Vec<Box<dyn core::any::Any>>,
}

impl Render for El {
    type State = Built;

    fn build(self) -> Built {
        let element = Rndr::create_element(self.tag, self.svg.then_some(SVG));
        for (name, value) in &self.attributes {
            Rndr::set_attribute(&element, name, value);
        }
        let mut inside: Vec<Box<dyn core::any::Any>> = Vec::new();
        for (name, value) in self.live_attributes {
            let element = element.clone();
            inside.push(Box::new(RenderEffect::new(move |_| match value() {
                Some(value) => Rndr::set_attribute(&element, name, &value),
                None => Rndr::remove_attribute(&element, name),
            })));
        }
        for kid in self.children {
            match kid {
                Kid::Text(text) => {
                    Rndr::insert_node(&element, &Rndr::create_text_node(&text), None)
                }
                Kid::El(el) => {
                    let mut built = el.build();
                    built.mount(&element, None);
                    inside.push(Box::new(built.inside));
                }
                Kid::View(view) => {
                    let mut state = view.build();
                    state.mount(&element, None);
                    inside.push(Box::new(state));
                }
            }
        }
        for (event, callback) in self.listeners {
            inside.push(listen(&element, event, callback));
        }
        Built { element, inside }
    }

    fn rebuild(self, state: &mut Built) {
        let mut new = self.build();
        state.insert_before_this(&mut new);
        state.unmount();
        *state = new;
    }
}

impl Mountable for Built {
    fn unmount(&mut self) {
        Rndr::remove(&self.element);
    }

    fn mount(&mut self, parent: &Element, marker: Option<&Node>) {
        Rndr::insert_node(parent, &self.element, marker);
    }

    fn insert_before_this(&self, child: &mut dyn Mountable) -> bool {
        let parent = self.element.parent_element();
        if let Some(parent) = &parent {
            child.mount(parent, Some(&self.element));
        }
        parent.is_some()
    }

    fn elements(&self) -> Vec<Element> {
        vec![self.element.clone()]
    }
}

no_attrs!(El);

impl RenderHtml for El {
    type AsyncOutput = Self;
    type Owned = Self;

    const MIN_LENGTH: usize = 0;

    fn dry_resolve(&mut self) {}

    async fn resolve(self) -> Self {
        self
    }

    fn to_html_with_buf(
        self,
        html: &mut String,
        position: &mut Position,
        escape: bool,
        mark_branches: bool,
        _: Vec<AnyAttribute>,
    ) {
        html.extend(["<", self.tag]);
        let live = self.live_attributes.iter();
        let live = live.filter_map(|(name, value)| Some((*name, value()?)));
        for (name, value) in self.attributes.into_iter().chain(live) {
            let value = value
                .replace('&', "&amp;")
                .replace('"', "&quot;")
                .replace('<', "&lt;");
            html.extend([" ", name, "=\"", &value, "\""]);
        }
        html.push('>');
        *position = Position::FirstChild;
        for kid in self.children {
            match kid {
                Kid::Text(text) => text.into_owned().to_html_with_buf(
                    html,
                    position,
                    escape,
                    mark_branches,
                    Vec::new(),
                ),
                Kid::El(el) => {
                    el.to_html_with_buf(html, position, escape, mark_branches, Vec::new())
                }
                Kid::View(view) => {
                    view.to_html_with_buf(html, position, escape, mark_branches, Vec::new())
                }
            }
        }
        html.extend(["</", self.tag, ">"]);
        *position = Position::NextChild;
    }

    fn hydrate<const FROM_SERVER: bool>(self, _: &Cursor, _: &PositionState) -> Built {
        self.build()
    }

    fn into_owned(self) -> Self {
        self
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;

    #[test]
    fn words_and_attributes_are_escaped() {
        let html = el("p", "a\"b")
            .attr("id", "<x>")
            .kid("1 < 2")
            .kid(el("b", "").kid("&"))
            .to_html();
        assert_eq!(
            html,
            "<p class=\"a&quot;b\" id=\"&lt;x>\">1 &lt; 2<b>&amp;</b></p>"
        );
    }
}
