//! Welch's t: how far apart two means are, measured by what chance would do.

/// From here on two means differ: by chance alone that is seen about once in 150,000 times.
pub const DIFFERENT: f64 = 4.5;

/// Mean and standard deviation of some samples.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Moments {
    /// The mean.
    pub mean: f64,
    /// The standard deviation.
    pub deviation: f64,
    count: f64,
}

impl Moments {
    /// Of these samples; not a number for less than two.
    pub fn of(samples: &[f64]) -> Self {
        let count = samples.len() as f64;
        let mean = samples.iter().sum::<f64>() / count;
        let squares: f64 = samples.iter().map(|sample| (sample - mean).powi(2)).sum();
        Self { mean, deviation: (squares / (count - 1.0)).sqrt(), count }
    }

    /// Welch's t of two means.
    pub fn t(self, other: Self) -> f64 {
        (self.mean - other.mean) / self.error(other)
    }

    /// How far chance alone puts the two means apart.
    pub fn error(self, other: Self) -> f64 {
        let part = |one: Self| one.deviation.powi(2) / one.count;
        (part(self) + part(other)).sqrt()
    }
}

/// Both without what is slower than nine tenths of all, since a slow sample is one that something
/// else held up. The limit is one for both: a class that is held up more often stays different.
pub fn crop(one: &[f64], other: &[f64]) -> (Vec<f64>, Vec<f64>) {
    let mut all = [one, other].concat();
    all.sort_by(f64::total_cmp);
    let limit = all.get(all.len() * 9 / 10).copied().unwrap_or(f64::INFINITY);
    let crop = |samples: &[f64]| samples.iter().copied().filter(|took| *took < limit).collect();
    (crop(one), crop(other))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn t_is_that_of_the_books() {
        // Two samples whose t can be worked out by hand: means 3 and 6, variances 2.5 and 10.
        let one = Moments::of(&[1.0, 2.0, 3.0, 4.0, 5.0]);
        let other = Moments::of(&[2.0, 4.0, 6.0, 8.0, 10.0]);
        assert!((one.deviation.powi(2) - 2.5).abs() < 1e-12);
        assert!((other.deviation.powi(2) - 10.0).abs() < 1e-12);
        assert!((one.t(other) + 3.0 / 2.5_f64.sqrt()).abs() < 1e-12);
    }

    #[test]
    fn the_slowest_tenth_of_both_together_is_cropped() {
        let quick: Vec<_> = (0..10).map(f64::from).collect();
        let mixed: Vec<_> = (0..10).map(|n| f64::from(n) + 0.5).collect();
        let (one, other) = crop(&quick, &mixed);
        assert_eq!((one.len(), other.len()), (9, 9));
        let slow: Vec<_> = (100..110).map(f64::from).collect();
        let (one, other) = crop(&quick, &slow);
        assert_eq!((one.len(), other.len()), (10, 8));
    }
}
