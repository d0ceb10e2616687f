//! Typed names: what a workflow stores and the channels it listens on.
//!
//! A key knows its owner and the type of its value, so a write of the wrong type or of another
//! workflow's key does not compile. Keys are made by [`schema!`](crate::schema!) and nowhere else;
//! the same macro fills the [`Schema`] that belongs to them, so declared is registered.

use crate::search_value::SearchType;
use std::{borrow::Cow, marker::PhantomData};

/// What a declared name stands for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// One data attribute.
    Data,
    /// All data attributes whose names begin so.
    DataPrefix,
    /// One internal channel.
    Channel,
    /// All internal channels whose names begin so.
    ChannelPrefix,
    /// One signal channel.
    Signal,
    /// One search attribute of the given type.
    Search(SearchType),
}

/// One declared name.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// The name on the wire.
    pub name: &'static str,
    /// What it stands for.
    pub kind: Kind,
}

/// Every name that a contract declares.
#[derive(Clone, Copy, Debug)]
pub struct Schema(&'static [Entry]);

impl Schema {
    /// Runs in a const context, where a name used twice or left empty is a build error.
    ///
    /// # Panics
    /// When a name is declared twice or is empty.
    #[must_use]
    pub const fn checked(entries: &'static [Entry]) -> Schema {
        let mut i = 0;
        while i < entries.len() {
            assert!(
                !entries[i].name.is_empty(),
                "a name in this schema is empty"
            );
            let mut j = i + 1;
            while j < entries.len() {
                assert!(
                    !same(entries[i].name, entries[j].name),
                    "a name is declared twice in this schema"
                );
                j += 1;
            }
            i += 1;
        }
        Schema(entries)
    }

    /// The declared names, in order.
    #[must_use]
    pub const fn entries(&self) -> &'static [Entry] {
        self.0
    }
}

const fn same(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    if a.len() != b.len() {
        return false;
    }
    let mut i = 0;
    while i < a.len() {
        if a[i] != b[i] {
            return false;
        }
        i += 1;
    }
    true
}

/// Gives a contract its names; implemented by [`schema!`](crate::schema!).
pub trait HasSchema {
    /// Every declared name.
    const SCHEMA: Schema;
}

macro_rules! key_type {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        pub struct $name<C, T> {
            name: Cow<'static, str>,
            _owner: PhantomData<fn() -> (C, T)>,
        }
        impl<C, T> $name<C, T> {
            #[doc(hidden)]
            #[must_use]
            pub const fn __new(name: &'static str) -> Self {
                Self { name: Cow::Borrowed(name), _owner: PhantomData }
            }
            /// The name on the wire.
            #[must_use]
            pub fn name(&self) -> &str {
                &self.name
            }
        }
        impl<C, T> Clone for $name<C, T> {
            fn clone(&self) -> Self {
                Self { name: self.name.clone(), _owner: PhantomData }
            }
        }
        impl<C, T> std::fmt::Debug for $name<C, T> {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, concat!(stringify!($name), "({:?})"), self.name)
            }
        }
    )*};
}
key_type!(
    /// A data attribute of contract `C` holding a `T`.
    Data,
    /// Data attributes of contract `C`, each holding a `T`, whose names are completed at run time.
    DataPrefix,
    /// An internal channel of contract `C` carrying `T`.
    Channel,
    /// Internal channels of contract `C`, each carrying `T`, whose names are completed at run time.
    ChannelPrefix,
    /// A signal channel of contract `C` carrying `T`.
    Signal,
    /// A search attribute of contract `C`; `T` is its [`SearchKind`](crate::SearchKind).
    Search,
);

impl<C, T> DataPrefix<C, T> {
    /// The data attribute with this ending.
    #[must_use]
    pub fn at(&self, suffix: &str) -> Data<C, T> {
        Data {
            name: format!("{}{suffix}", self.name).into(),
            _owner: PhantomData,
        }
    }
}
impl<C, T> ChannelPrefix<C, T> {
    /// The internal channel with this ending.
    #[must_use]
    pub fn at(&self, suffix: &str) -> Channel<C, T> {
        Channel {
            name: format!("{}{suffix}", self.name).into(),
            _owner: PhantomData,
        }
    }
}

/// Says that a [`KeyRef`] names a data attribute.
#[derive(Debug)]
pub struct OfData;
/// Says that a [`KeyRef`] names a search attribute.
#[derive(Debug)]
pub struct OfSearch;

/// The name of an attribute of contract `C`, its value type forgotten: for loading and locking.
pub struct KeyRef<C, M = OfData> {
    pub(crate) name: Cow<'static, str>,
    _owner: PhantomData<fn() -> (C, M)>,
}
impl<C, T> Data<C, T> {
    /// For a [`Load`](crate::Load) or a lock.
    #[must_use]
    pub fn key(&self) -> KeyRef<C> {
        KeyRef {
            name: self.name.clone(),
            _owner: PhantomData,
        }
    }
}
impl<C, T> DataPrefix<C, T> {
    /// For [`Load::prefix`](crate::Load::prefix).
    #[must_use]
    pub fn key(&self) -> KeyRef<C> {
        KeyRef {
            name: self.name.clone(),
            _owner: PhantomData,
        }
    }
}
impl<C, K> Search<C, K> {
    /// For a [`Load`](crate::Load) or a lock of search attributes.
    #[must_use]
    pub fn key(&self) -> KeyRef<C, OfSearch> {
        KeyRef {
            name: self.name.clone(),
            _owner: PhantomData,
        }
    }
}
