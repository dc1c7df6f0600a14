//! Our pages, as a browser and as a stranger see them.

mod forms;
mod html;
mod look;
mod samples;
mod strangers;
mod structure;
mod texts;
