//! What the drawings are drawn on: an SVG whose texts are escaped, in the colours and sizes of the page.

use std::fmt::Display;
use std::io;

use plotters::prelude::{DrawingBackend, IntoFont, RGBColor, SVGBackend, ShapeStyle};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, FontTransform, TextStyle};

use super::super::cell::push_harmless;
use super::super::wrap;

/// A place in a drawing: how far from the left and from the top, in pixels.
pub(super) type At = (i32, i32);

/// A colour of the page. Every text colour has a contrast of 4.5 or more on whatever it stands on.
pub(super) type Colour = RGBColor;

/// Text.
pub(super) const INK: Colour = RGBColor(0x1b, 0x24, 0x30);
/// Lesser text.
pub(super) const MUTED: Colour = RGBColor(0x52, 0x5c, 0x69);
/// Lines that part.
pub(super) const RULE: Colour = RGBColor(0xd5, 0xd9, 0xdc);
/// Boxes that hold something.
pub(super) const PANEL: Colour = RGBColor(0xf3, 0xf4, 0xf1);
/// What goes up, and what is met.
pub(super) const TEAL: Colour = RGBColor(0x0b, 0x5a, 0x6f);
/// What goes down.
pub(super) const OCHRE: Colour = RGBColor(0x8f, 0x55, 0x00);
/// What is kept back.
pub(super) const BRICK: Colour = RGBColor(0x9c, 0x2f, 0x24);
/// On dark colours.
pub(super) const WHITE: Colour = RGBColor(0xff, 0xff, 0xff);

/// The size of texts, in pixels.
pub(super) const TEXT: f64 = 13.0;
/// The size of lesser texts.
pub(super) const SMALL: f64 = 11.5;

/// Where a text stands of its point.
#[derive(Clone, Copy)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

/// A drawing in the making.
pub(super) struct Canvas<'b> {
    backend: SVGBackend<'b>,
    failed: Option<String>,
}

/// Draws an SVG of a size in pixels, and gives what stands between its tags.
///
/// # Errors
/// Whatever keeps the library from drawing.
pub(super) fn draw(width: i32, height: i32, paint: impl FnOnce(&mut Canvas<'_>)) -> io::Result<String> {
    let mut svg = String::new();
    let size = (width.unsigned_abs(), height.unsigned_abs());
    let mut canvas = Canvas { backend: SVGBackend::with_string(&mut svg, size), failed: None };
    paint(&mut canvas);
    let presented = canvas.backend.present();
    canvas.keep(presented);
    if let Some(reason) = canvas.failed.take() {
        return Err(io::Error::other(reason));
    }
    drop(canvas);
    // The outer tag is the page's own: it says what is drawn to those who do not see it.
    let inner = svg.split_once('>').and_then(|(_, rest)| rest.rsplit_once("</svg>"));
    Ok(inner.map_or_else(String::new, |(inner, _)| inner.trim().to_owned()))
}

impl Canvas<'_> {
    fn keep(&mut self, drawn: Result<(), impl Display>) {
        if let Err(reason) = drawn {
            self.failed.get_or_insert_with(|| reason.to_string());
        }
    }

    /// A filled rectangle.
    pub(super) fn rect(&mut self, (x, y): At, (width, height): (i32, i32), colour: Colour) {
        let drawn = self.backend.draw_rect((x, y), (x + width, y + height), &colour.filled(), true);
        self.keep(drawn);
    }

    /// The outline of a rectangle.
    pub(super) fn outline(&mut self, (x, y): At, (width, height): (i32, i32), colour: Colour) {
        let style = ShapeStyle { color: colour.to_rgba(), filled: false, stroke_width: 1 };
        let drawn = self.backend.draw_rect((x, y), (x + width, y + height), &style, false);
        self.keep(drawn);
    }

    /// A line.
    pub(super) fn line(&mut self, from: At, to: At, colour: Colour, width: u32) {
        let style = ShapeStyle { color: colour.to_rgba(), filled: false, stroke_width: width };
        let drawn = self.backend.draw_line(from, to, &style);
        self.keep(drawn);
    }

    /// A filled shape.
    pub(super) fn shape(&mut self, points: &[At], colour: Colour) {
        let drawn = self.backend.fill_polygon(points.iter().copied(), &colour.filled());
        self.keep(drawn);
    }

    /// A dot, filled or hollow.
    pub(super) fn dot(&mut self, at: At, radius: u32, colour: Colour, filled: bool) {
        let style = ShapeStyle { color: colour.to_rgba(), filled, stroke_width: 2 };
        let drawn = self.backend.draw_circle(at, radius, &style, filled);
        self.keep(drawn);
    }

    /// A text whose middle line is at the point.
    pub(super) fn text(&mut self, text: &str, at: At, size: f64, colour: Colour, anchor: Anchor) {
        self.write(text, at, size, colour, anchor, FontTransform::None);
    }

    /// A text that reads from the bottom up, from the point.
    pub(super) fn upright(&mut self, text: &str, at: At, size: f64, colour: Colour) {
        self.write(text, at, size, colour, Anchor::Start, FontTransform::Rotate270);
    }

    fn write(&mut self, text: &str, at: At, size: f64, colour: Colour, anchor: Anchor, transform: FontTransform) {
        /// What the library divides a size by to come from its own measure to that of SVG.
        const MEASURE: f64 = 1.24;
        let mut safe = String::with_capacity(text.len());
        push_harmless(&mut safe, text);
        let horizontal = match anchor {
            Anchor::Start => HPos::Left,
            Anchor::Middle => HPos::Center,
            Anchor::End => HPos::Right,
        };
        let style = TextStyle::from(("sans-serif", size * MEASURE).into_font().transform(transform));
        let style = style.color(&colour).pos(Pos::new(horizontal, VPos::Center));
        let drawn = self.backend.draw_text(&safe, &style, at);
        self.keep(drawn);
    }
}

/// How wide a text is, in pixels: a wide character is as wide as its size, any other somewhat over half of that.
pub(super) fn width(text: &str, size: f64) -> i32 {
    (wrap::width(text) as f64 * size * 0.56).ceil() as i32
}

/// A text cut to a width, in pixels.
pub(super) fn fit(text: &str, room: i32, size: f64) -> String {
    if width(text, size) <= room {
        return text.to_owned();
    }
    let mut cut = String::new();
    for c in text.chars() {
        cut.push(c);
        if width(&cut, size) + width("…", size) > room {
            cut.pop();
            break;
        }
    }
    cut.push('…');
    cut
}
