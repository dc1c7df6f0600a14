//! What a browser tells about a request of its own accord.

/// What a browser tells about a request (Fetch Metadata). Other programs tell nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct BrowserFacts<'a> {
    /// `Sec-Fetch-Dest`: what will become of the answer.
    pub destination: Option<&'a str>,
    /// `Sec-Fetch-Site`: how the asking page's site relates to ours.
    pub site: Option<&'a str>,
    /// Whether there is any `Sec-Purpose`: nobody has asked for the answer yet.
    pub speculative: bool,
    /// `Origin`: the asking page's origin.
    pub origin: Option<&'a str>,
}
