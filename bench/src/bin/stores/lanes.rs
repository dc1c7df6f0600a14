//! Work of many at once, and how it is printed.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Instant,
};

use futures_util::future::try_join_all;

/// Clients at once.
pub const CLIENTS: [usize; 2] = [1, 64];

/// Does it for each number below `count`, so many at once, in tasks of their own. Returns how many a second.
///
/// # Errors
/// The first one's.
pub async fn rate<Work, Done>(clients: usize, count: usize, work: Work) -> anyhow::Result<f64>
where
    Work: Fn(usize) -> Done + Send + Sync + Clone + 'static,
    Done: Future<Output = anyhow::Result<()>> + Send,
{
    let next = Arc::new(AtomicUsize::new(0));
    let begun = Instant::now();
    let lanes = (0..clients).map(|_| {
        let (next, work) = (next.clone(), work.clone());
        tokio::spawn(async move {
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if number >= count {
                    return Ok::<_, anyhow::Error>(());
                }
                work(number).await?;
            }
        })
    });
    for lane in try_join_all(lanes).await? {
        lane?;
    }
    Ok(count as f64 / begun.elapsed().as_secs_f64())
}

/// The first lines of the table.
pub fn head() {
    println!("a second                            1 client             64 clients    64 over 1");
}

/// One line: what was done, at [`CLIENTS`]; and of the floor, where there is one.
pub fn line(what: &str, rates: [f64; 2], floors: Option<[f64; 2]>) {
    let of = |at: usize| {
        floors.map_or_else(String::new, |floors| format!("{:.2}", rates[at] / floors[at]))
    };
    let [one, many] = rates;
    println!("{what:<31} {one:>9.0} {:>6} {many:>13.0} {:>6} {:>12.2}", of(0), of(1), many / one);
}
