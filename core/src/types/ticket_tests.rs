use super::*;

#[test]
fn a_store_gets_back_the_bytes_that_it_kept() {
    assert_eq!(TicketId::from_bytes([7; 16]).as_bytes(), &[7; 16]);
    let binding = Binding::to(&"https://app.example/cb".parse().unwrap());
    assert_eq!(Binding::from_bytes(*binding.as_bytes()), binding);
    assert_ne!(Binding::from_bytes([7; 32]), binding);
    assert_eq!(Binding::from_bytes([7; 32]).as_bytes(), &[7; 32]);
}

#[test]
fn an_id_prints_its_bytes_and_a_binding_does_not() {
    let id = TicketId::from_bytes([0xa7; 16]);
    assert_eq!(format!("{id:?}"), format!("TicketId({})", "a7".repeat(16)));
    assert_eq!(format!("{:?}", Binding::from_bytes([7; 32])), "Binding(…)");
}

#[test]
fn a_count_goes_up_by_one_and_stays_at_its_end() {
    assert_eq!((Version(7).next(), Version(u64::MAX).next()), (Version(8), Version(u64::MAX)));
    let last = Generation(u32::MAX);
    assert_eq!((Generation(7).next(), last.next()), (Generation(8), last));
}
