//! What was measured.

use std::{
    io::{self, Write},
    time::Duration,
};

use crate::class::Class;

/// Every sample, in the order of measurement.
#[derive(Debug, Default)]
pub struct Samples(Vec<(Class, Duration)>);

impl Samples {
    /// Adds one.
    pub fn push(&mut self, class: Class, took: Duration) {
        self.0.push((class, took));
    }

    /// Those of a class, in milliseconds.
    pub fn of(&self, class: Class) -> Vec<f64> {
        let own = self.0.iter().filter(|(of, _)| *of == class);
        own.map(|(_, took)| took.as_secs_f64() * 1e3).collect()
    }

    /// Writes them all, one a line.
    ///
    /// # Errors
    /// When they cannot be written.
    pub fn write(&self, out: &mut impl Write) -> io::Result<()> {
        for (class, took) in &self.0 {
            writeln!(out, "{};{}", class.name(), took.as_nanos())?;
        }
        out.flush()
    }
}
