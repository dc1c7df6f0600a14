//! Reads pages as strictly as ours are written, so that text which became markup is noticed.

/// An element, and what is in it.
#[derive(Debug, Default)]
pub struct Element {
    pub name: String,
    pub attributes: Vec<(String, String)>,
    /// Text that stands in it and in no element within.
    pub own: String,
    /// All text in it.
    pub text: String,
}

impl Element {
    pub fn get(&self, attribute: &str) -> Option<&str> {
        let mut all = self.attributes.iter();
        all.find(|(name, _)| name == attribute).map(|(_, value)| &**value)
    }
}

/// The elements of a page, in the order in which they begin.
#[derive(Debug)]
pub struct Document(pub Vec<Element>);

impl Document {
    /// Panics at whatever a browser would have to guess about.
    pub fn read(page: &str) -> Self {
        let mut rest = page.strip_prefix("<!doctype html>\n").expect("a doctype");
        let (mut elements, mut open): (Vec<Element>, Vec<usize>) = (Vec::new(), Vec::new());
        while !rest.is_empty() {
            let raw =
                open.last().is_some_and(|&i| matches!(&*elements[i].name, "style" | "script"));
            let stop = rest.find(if raw { "</" } else { "<" }).unwrap_or(rest.len());
            let text = if raw { rest[..stop].to_owned() } else { unescape(&rest[..stop]) };
            open.iter().for_each(|&i| elements[i].text.push_str(&text));
            match open.last() {
                Some(&i) => elements[i].own.push_str(&text),
                None => assert_eq!(text.trim(), "", "text outside of the document"),
            }
            rest = &rest[stop..];
            if let Some(close) = rest.strip_prefix("</") {
                let (name, after) = close.split_once('>').expect("an end of the tag");
                let last = open.pop().expect("nothing is open");
                assert_eq!(elements[last].name, name, "closed in another order");
                rest = after;
            } else if let Some(begun) = rest.strip_prefix('<') {
                let (element, after) = tag(begun);
                if !matches!(&*element.name, "meta" | "input") {
                    open.push(elements.len());
                }
                elements.push(element);
                rest = after;
            }
        }
        assert!(open.is_empty(), "not closed: {open:?}");
        Self(elements)
    }

    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Element> {
        self.0.iter().filter(move |element| element.name == name)
    }

    /// The only element of that name.
    pub fn one(&self, name: &str) -> &Element {
        let mut found = self.0.iter().filter(|element| element.name == name);
        let first = found.next();
        assert!(found.next().is_none(), "{name} stands twice");
        first.expect(name)
    }

    /// Where there is an attribute of that name.
    pub fn having<'a>(
        &'a self,
        attribute: &'a str,
    ) -> impl Iterator<Item = (&'a Element, &'a str)> {
        self.0.iter().filter_map(move |element| Some((element, element.get(attribute)?)))
    }

    /// The element that an id names.
    pub fn by_id(&self, id: &str) -> Option<&Element> {
        self.having("id").find(|(_, own)| *own == id).map(|(element, _)| element)
    }
}

/// An opening tag without its `<`, and what comes after it.
fn tag(text: &str) -> (Element, &str) {
    let end = text.find([' ', '>']).expect("an end of the name");
    let name = text[..end].to_owned();
    assert!(!name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric()), "<{name}");
    let mut element = Element { name, ..Element::default() };
    let mut rest = &text[end..];
    while let Some(attribute) = rest.strip_prefix(' ') {
        let end = attribute.find([' ', '=', '>']).expect("an end of the attribute");
        let (name, after) = attribute.split_at(end);
        assert!(name.bytes().all(|b| b.is_ascii_lowercase() || b == b'-'), "{name:?}");
        assert!(element.get(name).is_none(), "{name} stands twice");
        let value = after.strip_prefix("=\"").map(|value| value.split_once('"').expect("a quote"));
        let (value, after) = value.unwrap_or(("", after));
        element.attributes.push((name.to_owned(), unescape(value)));
        rest = after;
    }
    (element, rest.strip_prefix('>').expect("an end of the tag"))
}

/// Text as it was before it was escaped.
fn unescape(text: &str) -> String {
    let mut parts = text.split('&');
    let mut all = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (code, after) = part.split_once(';').expect("an escape");
        let code = code.strip_prefix('#').expect("a number").parse().expect("digits");
        all.extend(char::from_u32(code));
        all.push_str(after);
    }
    all
}
