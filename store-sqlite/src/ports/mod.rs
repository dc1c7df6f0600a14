//! The store ports. Each write is one statement, so it is done or not begun.

mod accounts;
mod clients;
mod consents;
mod interactions;
mod jwt_ids;
mod keys;
mod sessions;
mod sweep;
mod tenants;
mod tickets;

#[cfg(test)]
mod tests {
    use rusqlite::Connection;

    use super::*;
    use crate::schema;

    /// Whoever has a million grants waits for none but those that are meant.
    #[test]
    fn every_statement_finds_its_rows_by_an_index_and_sorts_none() {
        let db = Connection::open_in_memory().unwrap();
        schema::migrate(&db).unwrap();
        let rows = [
            accounts::STATEMENTS,
            clients::STATEMENTS,
            consents::STATEMENTS,
            interactions::STATEMENTS,
            jwt_ids::STATEMENTS,
            keys::STATEMENTS,
            sessions::STATEMENTS,
            tenants::STATEMENTS,
        ];
        let mut used = String::new();
        for sql in rows.concat().into_iter().chain(tickets::statements()) {
            let mut plan = db.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
            // What is not bound is NULL, and the plan is the same.
            let steps = plan.raw_query().mapped(|row| row.get::<_, String>(3));
            for step in steps.map(Result::unwrap) {
                let good = ["SEARCH", "USING INDEX", "LIST SUBQUERY", "SCAN CONSTANT ROW"];
                let good = good.iter().any(|good| step.contains(good));
                assert!(
                    good && !step.starts_with("SCAN ") && !step.contains("TEMP"),
                    "{step}: {sql}"
                );
                used += &step;
            }
        }
        // SQLite would rather take the primary key, and look through all of a tenant.
        for index in ["tickets_of_subject", "tickets_of_client", "tickets_of_session"] {
            assert!(used.contains(index), "{index}");
        }
    }
}
