//! Tables that double.

use std::time::Duration;

use bench::{Chance, clock};
use grantry_axum::grantry::{
    MemoryTickets,
    ports::Tickets,
    types::{Generation, TenantId, Ticket, TicketId, TicketState, Timestamp, Version},
};

/// The CPU time of the longest insert of many. What else the machine does is not counted.
pub async fn grow(count: usize) -> anyhow::Result<()> {
    let (store, tenant): (_, TenantId) = (MemoryTickets::default(), "bench".parse()?);
    let (mut chance, sample) = (Chance::new(1), sample()?);
    let (mut longest, mut slow) = (Duration::ZERO, 0);
    for _ in 0..count {
        let id = u128::from(chance.draw()) << 64 | u128::from(chance.draw());
        let ticket = Ticket { id: TicketId::from_bytes(id.to_be_bytes()), ..sample.clone() };
        let begun = clock::thread();
        store.issue(&tenant, &ticket).await?;
        let span = clock::thread() - begun;
        longest = longest.max(span);
        slow += usize::from(span > Duration::from_millis(1));
    }
    let millis = longest.as_secs_f64() * 1e3;
    println!("longest insert       {millis:.2} ms of {count}; {slow} took more than 1 ms");
    Ok(())
}

fn sample() -> anyhow::Result<Ticket> {
    let now = Timestamp::from_secs(1_800_000_000);
    Ok(Ticket {
        id: TicketId::from_bytes([0; 16]),
        version: Version::default(),
        generation: Generation::FIRST,
        state: TicketState::Live,
        client: "app".parse()?,
        subject: "alice".parse()?,
        scope: "read".parse()?,
        audience: "https://api.example.com".parse()?,
        binding: None,
        refreshable: true,
        authenticated_at: now,
        changed_at: now,
        rotated_at: Timestamp::EPOCH,
        expires_at: now.plus(Duration::from_secs(600)),
        ends_at: now.plus(Duration::from_secs(3600)),
        authorized: None,
        sender_key: None,
    })
}
