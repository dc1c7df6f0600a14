//! Where each row is kept, and by which id. Pages are in the order of the ids.

use grantry::{
    ports::KeySet,
    types::{
        Account, Client, ClientId, Consent, Parked, Session, Subject, Tenant, Ticket, TicketId,
        Version,
    },
};

use crate::table::{Row, Table};

/// An id as a key: its hexadecimal digits are in the order of its bytes, and pages depend on it.
pub(crate) fn ticket_key(id: TicketId) -> String {
    format!("{:032x}", u128::from_be_bytes(*id.as_bytes()))
}

/// Whose and whom as one key. Neither holds a line end, so no two pairs share one.
pub(crate) fn consent_key(subject: &Subject, client: &ClientId) -> String {
    format!("{subject}\n{client}")
}

impl Row for Tenant {
    const TABLE: Table = Table::Tenants;

    fn id(&self) -> String {
        self.id.to_string()
    }

    fn version(&self) -> Version {
        self.version
    }
}

impl Row for Client {
    const TABLE: Table = Table::Clients;

    fn id(&self) -> String {
        self.id.to_string()
    }

    fn version(&self) -> Version {
        self.version
    }
}

impl Row for Account {
    const TABLE: Table = Table::Accounts;

    fn id(&self) -> String {
        self.subject.to_string()
    }

    fn version(&self) -> Version {
        self.version
    }
}

impl Row for Ticket {
    const TABLE: Table = Table::Tickets;

    fn id(&self) -> String {
        ticket_key(self.id)
    }

    fn version(&self) -> Version {
        self.version
    }
}

impl Row for KeySet {
    const TABLE: Table = Table::Keys;

    fn id(&self) -> String {
        String::new() // a tenant has one
    }

    fn version(&self) -> Version {
        self.version
    }
}

impl Row for Session {
    const TABLE: Table = Table::Sessions;

    fn id(&self) -> String {
        ticket_key(self.id)
    }

    fn version(&self) -> Version {
        self.version
    }
}

impl Row for Parked {
    const TABLE: Table = Table::Parked;

    fn id(&self) -> String {
        ticket_key(self.id)
    }

    fn version(&self) -> Version {
        self.version
    }
}

impl Row for Consent {
    const TABLE: Table = Table::Consents;

    fn id(&self) -> String {
        consent_key(&self.subject, &self.client)
    }

    fn version(&self) -> Version {
        Version::default() // it has none: the last word counts
    }
}
