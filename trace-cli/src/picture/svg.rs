//! Elements of SVG.

use std::io;

use quick_xml::Writer;
use quick_xml::events::{BytesEnd, BytesStart, BytesText, Event};

use super::coordinates::Frame;
use crate::wording::plain;

/// Writes elements. Text and attributes are escaped by the writer below.
pub(super) struct Svg<'a>(Writer<&'a mut dyn io::Write>);

impl<'a> Svg<'a> {
    pub(super) fn new(to: &'a mut dyn io::Write) -> Self {
        Self(Writer::new_with_indent(to, b' ', 1))
    }

    /// Ends the document.
    pub(super) fn end(self) -> io::Result<()> {
        self.0.into_inner().write_all(b"\n")
    }

    pub(super) fn open(&mut self, name: &str, attributes: &[(&str, &str)]) -> io::Result<()> {
        let element = element(name, attributes);
        self.0.write_event(Event::Start(element))
    }

    pub(super) fn close(&mut self, name: &str) -> io::Result<()> {
        self.0.write_event(Event::End(BytesEnd::new(name)))
    }

    pub(super) fn text_element(
        &mut self,
        name: &str,
        attributes: &[(&str, &str)],
        text: &str,
    ) -> io::Result<()> {
        self.open(name, attributes)?;
        // XML has no writing at all for most control characters; a line may end.
        let lines: Vec<String> = text.split('\n').map(plain).collect();
        self.0
            .write_event(Event::Text(BytesText::new(&lines.join("\n"))))?;
        self.close(name)
    }

    pub(super) fn text(
        &mut self,
        x: i64,
        y: i64,
        style: &[(&str, &str)],
        text: &str,
    ) -> io::Result<()> {
        let (x, y) = (x.to_string(), y.to_string());
        let mut attributes = vec![("x", x.as_str()), ("y", y.as_str())];
        attributes.extend(style);
        self.text_element("text", &attributes, text)
    }

    pub(super) fn rectangle(&mut self, frame: Frame, style: &[(&str, &str)]) -> io::Result<()> {
        let Frame {
            left,
            top,
            width,
            height,
        } = frame;
        let sides = [left, top, width, height].map(|side| side.to_string());
        let names = ["x", "y", "width", "height"];
        let mut attributes: Vec<(&str, &str)> = names
            .into_iter()
            .zip(sides.iter().map(String::as_str))
            .collect();
        attributes.extend(style);
        let element = element("rect", &attributes);
        self.0.write_event(Event::Empty(element))
    }
}

fn element<'a>(name: &'a str, attributes: &[(&str, &str)]) -> BytesStart<'a> {
    let mut element = BytesStart::new(name);
    for attribute in attributes {
        element.push_attribute(*attribute);
    }
    element
}
