//! Which keys of a tenant are believed.

/// Keys of one kind, by what tokens call them, each with the moment from which it is not believed.
#[derive(Clone, Debug, Default)]
pub struct Keys(Vec<(String, Option<u64>)>);

impl Keys {
    /// Whether what it made counts.
    pub fn count(&self, key: &str, now: u64) -> bool {
        self.0.iter().any(|(id, gone_at)| id == key && is_there(*gone_at, now))
    }

    /// All that count.
    pub fn counting(&self, now: u64) -> Vec<&str> {
        let counting = self.0.iter().filter(|(_, gone_at)| is_there(*gone_at, now));
        counting.map(|(id, _)| &**id).collect()
    }

    /// All that there are get successors, and end then at the latest. What is gone stays gone, also if
    /// the clock steps back.
    pub fn end(&mut self, at: u64, now: u64) {
        self.0.retain(|(_, gone_at)| is_there(*gone_at, now));
        for (_, gone_at) in &mut self.0 {
            *gone_at = Some(gone_at.map_or(at, |before| before.min(at)));
        }
        self.0.retain(|(_, gone_at)| is_there(*gone_at, now));
    }

    /// A new key.
    pub fn add(&mut self, key: String) {
        self.0.push((key, None));
    }
}

fn is_there(gone_at: Option<u64>, now: u64) -> bool {
    gone_at.is_none_or(|gone_at| now < gone_at)
}
