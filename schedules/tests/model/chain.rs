//! What becomes of the tokens of one grant, told token by token.

/// How one token of a grant stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stands {
    /// Nobody ever made it, or it had its successor's successor: whoever shows it is a thief.
    Spent,
    /// It was replaced then. Its owner may not have heard of it.
    Replaced(u64),
    /// The one that is good.
    Newest,
    /// The store forgot it. Whoever has it knows more than the store.
    Forgotten,
}

/// The tokens of a grant in the order of their making: the code, then refresh tokens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chain(Vec<Stands>);

/// What a token comes to that its owner shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Came {
    Redeemed,
    Held,
    Rotated,
    Retried,
    /// Somebody else had it as well: the grant is over.
    Reused,
    /// The store knows less than it should: the grant is over.
    RolledBack,
}

impl Chain {
    /// A grant that begins with a code, or with its first refresh token.
    pub fn new(code: bool) -> Self {
        Self(if code { vec![Stands::Newest] } else { vec![Stands::Spent, Stands::Newest] })
    }

    /// The place of the one token that is good.
    pub fn newest(&self) -> usize {
        let mut good = (0..self.0.len()).filter(|place| self.0[*place] == Stands::Newest);
        let newest = good.next().expect("there is always one");
        assert_eq!(good.next(), None, "there is never more than one");
        newest
    }

    /// When the newest took the place of another, if that still matters.
    pub fn rotated_at(&self) -> Option<u64> {
        match self.newest().checked_sub(1).map(|place| self.0[place]) {
            Some(Stands::Replaced(at)) => Some(at),
            _ => None,
        }
    }

    /// The owner shows the token of a place. Whoever `proved` to be the owner may retry at any time,
    /// everybody else within so many milliseconds.
    pub fn show(&mut self, place: usize, proved: bool, window: u64, at: u64) -> Came {
        match self.0[place] {
            Stands::Newest if place == 0 => {
                self.0[0] = Stands::Spent;
                self.make(1);
                Came::Redeemed
            }
            Stands::Newest if self.rotated_at().is_some_and(|then| at < then + window) => {
                Came::Held
            }
            Stands::Newest => {
                self.0[place - 1] = Stands::Spent;
                self.0[place] = Stands::Replaced(at);
                self.make(place + 1);
                Came::Rotated
            }
            Stands::Replaced(then) if proved || at < then + window => Came::Retried,
            Stands::Forgotten => Came::RolledBack,
            Stands::Replaced(_) | Stands::Spent => Came::Reused,
        }
    }

    /// The store loses the newest token and remembers no rotation. Returns whether it had one to lose.
    pub fn lose(&mut self) -> bool {
        let newest = self.newest();
        if newest < 2 {
            return false;
        }
        self.0[newest] = Stands::Forgotten;
        self.0[newest - 1] = Stands::Newest;
        if newest > 2 {
            self.0[newest - 2] = Stands::Replaced(0);
        }
        true
    }

    fn make(&mut self, place: usize) {
        match self.0.get_mut(place) {
            Some(forgotten) => *forgotten = Stands::Newest,
            None => self.0.push(Stands::Newest),
        }
    }
}
