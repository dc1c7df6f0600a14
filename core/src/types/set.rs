//! Sets of things that are known in advance.

use std::{fmt, marker::PhantomData};

/// Something of which there are a few kinds, each with a number below 16.
pub trait Kind: Copy + fmt::Debug + 'static {
    /// Every kind, in order.
    const ALL: &'static [Self];

    /// Its number: its place in [`Kind::ALL`].
    fn number(self) -> u8;

    /// The name by which files and stores know it.
    fn name(self) -> &'static str;
}

/// A set of kinds in two bytes. Every request asks such sets; a tree would cost each tenant and client
/// an allocation and each request a way through memory.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Set<T>(u16, PhantomData<T>);

impl<T: Kind> Set<T> {
    /// The empty set.
    pub const fn new() -> Self {
        Self(0, PhantomData)
    }

    /// The set of every kind.
    pub fn all() -> Self {
        T::ALL.iter().copied().collect()
    }

    /// Adds a member. Returns whether it is new.
    pub fn insert(&mut self, kind: T) -> bool {
        let new = !self.contains(&kind);
        self.0 |= 1 << kind.number();
        new
    }

    /// Removes a member. Returns whether it was there.
    pub fn remove(&mut self, kind: &T) -> bool {
        let there = self.contains(kind);
        self.0 &= !(1 << kind.number());
        there
    }

    /// Removes every member.
    pub fn clear(&mut self) {
        *self = Self::new();
    }

    /// Removes the members that `keep` does not want.
    pub fn retain(&mut self, keep: impl Fn(&T) -> bool) {
        *self = self.iter().filter(keep).collect();
    }

    /// Whether this is a member.
    pub fn contains(&self, kind: &T) -> bool {
        self.0 & (1 << kind.number()) != 0
    }

    /// Whether there is no member.
    pub const fn is_empty(&self) -> bool {
        self.0 == 0
    }

    /// The members in order.
    pub fn iter(&self) -> impl Iterator<Item = T> + use<T> {
        let set = *self;
        T::ALL.iter().copied().filter(move |kind| set.contains(kind))
    }
}

impl<T: Kind> Default for Set<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T: Kind> FromIterator<T> for Set<T> {
    fn from_iter<I: IntoIterator<Item = T>>(kinds: I) -> Self {
        let mut set = Self::new();
        set.extend(kinds);
        set
    }
}

impl<T: Kind> Extend<T> for Set<T> {
    fn extend<I: IntoIterator<Item = T>>(&mut self, kinds: I) {
        for kind in kinds {
            self.insert(kind);
        }
    }
}

impl<T: Kind, const N: usize> From<[T; N]> for Set<T> {
    fn from(kinds: [T; N]) -> Self {
        kinds.into_iter().collect()
    }
}

impl<T: Kind> fmt::Debug for Set<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::super::{ClientAuthMethod, GrantType};
    use super::*;

    /// What makes a kind usable in a set.
    fn numbers<T: Kind + PartialEq>() {
        for (place, kind) in T::ALL.iter().enumerate() {
            assert_eq!(usize::from(kind.number()), place, "{kind:?}");
        }
        assert!(T::ALL.len() <= 16);
    }

    #[test]
    fn every_kind_has_a_number_of_its_own() {
        numbers::<GrantType>();
        numbers::<ClientAuthMethod>();
    }

    #[test]
    fn a_set_holds_what_was_put_into_it() {
        use GrantType::{AuthorizationCode, Password, RefreshToken};
        let mut set = Set::from([RefreshToken, AuthorizationCode, RefreshToken]);
        assert_eq!(set.iter().collect::<Vec<_>>(), [AuthorizationCode, RefreshToken]);
        assert!(set.insert(Password) && !set.insert(Password) && set.contains(&Password));
        assert!(set.remove(&Password) && !set.remove(&Password) && !set.contains(&Password));
        assert_eq!(format!("{set:?}"), "{AuthorizationCode, RefreshToken}");
        set.retain(|kind| *kind == RefreshToken);
        assert_eq!(set, Set::from([RefreshToken]));
        assert!(Set::<GrantType>::all().iter().eq(GrantType::ALL.iter().copied()));
        set.clear();
        assert!(set.is_empty() && Set::<GrantType>::default().is_empty());
    }
}
