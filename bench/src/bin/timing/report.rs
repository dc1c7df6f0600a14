//! What the samples say.

use std::io::{self, Write};

use crate::{
    class::Class,
    samples::Samples,
    welch::{DIFFERENT, Moments, crop},
};

/// Prints each class and each pair. Whether any two classes differ.
///
/// # Errors
/// When it cannot be written.
pub fn print(samples: &Samples, out: &mut impl Write) -> io::Result<bool> {
    writeln!(out, "{:26}{:>7}  milliseconds:", "class", "samples")?;
    writeln!(out, "{:35}{:>9}{:>9}{:>9}{:>9}{:>9}", "", "mean", "sd", "least", "median", "most")?;
    for class in Class::ALL {
        print_class(class, &mut samples.of(class), out)?;
    }
    writeln!(out, "\n{:52}{:>9}{:>9}  microseconds:", "pair", "t", "cropped")?;
    writeln!(out, "{:72}{:>9}{:>11}", "", "apart", "seen from")?;
    let mut differ = false;
    for (n, one) in Class::ALL.into_iter().enumerate() {
        for other in Class::ALL.into_iter().skip(n + 1) {
            differ |= print_pair(samples, one, other, out)?;
        }
    }
    let verdict = if differ { "differ" } else { "do not differ" };
    writeln!(out, "\nThe classes {verdict}: |t| {DIFFERENT} or more in any column would show it.")?;
    Ok(differ)
}

fn print_class(class: Class, samples: &mut [f64], out: &mut impl Write) -> io::Result<()> {
    samples.sort_by(f64::total_cmp);
    let Moments { mean, deviation, .. } = Moments::of(samples);
    write!(out, "{:26}{:>7}  {mean:>9.3}{deviation:>9.3}", class.name(), samples.len())?;
    for at in [0, samples.len() / 2, samples.len().saturating_sub(1)] {
        write!(out, "{:>9.3}", samples.get(at).copied().unwrap_or(f64::NAN))?;
    }
    writeln!(out)
}

fn print_pair(
    samples: &Samples,
    one: Class,
    other: Class,
    out: &mut impl Write,
) -> io::Result<bool> {
    let (left, right) = (samples.of(one), samples.of(other));
    let (a, b) = (Moments::of(&left), Moments::of(&right));
    let (left, right) = crop(&left, &right);
    let (cropped_a, cropped_b) = (Moments::of(&left), Moments::of(&right));
    let (t, cropped) = (a.t(b), cropped_a.t(cropped_b));
    // The finer of the two looks: what the samples without the slowest say.
    let apart = (cropped_a.mean - cropped_b.mean) * 1e3;
    let seen = DIFFERENT * cropped_a.error(cropped_b) * 1e3;
    let pair = format!("{} / {}", one.name(), other.name());
    writeln!(out, "{pair:52}{t:>9.2}{cropped:>9.2}  {apart:>9.1}{seen:>11.1}")?;
    // What is not a number is no proof that they are alike.
    Ok(!(t.abs() < DIFFERENT && cropped.abs() < DIFFERENT))
}
