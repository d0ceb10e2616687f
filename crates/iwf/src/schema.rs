//! The one macro: keys as typed constants and the list of them, from one declaration.

/// Declares the names of a workflow as typed constants, and lists them for the registry.
///
/// One line each: kind, constant, value type, name on the wire. The kinds are `data`,
/// `data_prefix`, `channel`, `channel_prefix`, `signal` and `search`. A name used twice is a build
/// error. Doc comments and attributes go to the constant.
///
/// ```
/// use iwf::{Int, schema};
///
/// struct Order;
/// schema!(Order {
///     data        ADDRESS: String = "Address";
///     data_prefix NOTE:    String = "Note:";
///     channel     CHANGES: String = "Changes";
///     /// Pieces of all lines together.
///     search      PIECES:  Int    = "Pieces";
/// });
///
/// assert_eq!(ADDRESS.name(), "Address");
/// assert_eq!(NOTE.at("7").name(), "Note:7");
/// ```
#[macro_export]
macro_rules! schema {
    (@ty data $o:ty, $t:ty) => { $crate::Data<$o, $t> };
    (@ty data_prefix $o:ty, $t:ty) => { $crate::DataPrefix<$o, $t> };
    (@ty channel $o:ty, $t:ty) => { $crate::Channel<$o, $t> };
    (@ty channel_prefix $o:ty, $t:ty) => { $crate::ChannelPrefix<$o, $t> };
    (@ty signal $o:ty, $t:ty) => { $crate::Signal<$o, $t> };
    (@ty search $o:ty, $t:ty) => { $crate::Search<$o, $t> };
    (@new data $w:literal) => { $crate::Data::__new($w) };
    (@new data_prefix $w:literal) => { $crate::DataPrefix::__new($w) };
    (@new channel $w:literal) => { $crate::Channel::__new($w) };
    (@new channel_prefix $w:literal) => { $crate::ChannelPrefix::__new($w) };
    (@new signal $w:literal) => { $crate::Signal::__new($w) };
    (@new search $w:literal) => { $crate::Search::__new($w) };
    (@kind data $t:ty) => { $crate::Kind::Data };
    (@kind data_prefix $t:ty) => { $crate::Kind::DataPrefix };
    (@kind channel $t:ty) => { $crate::Kind::Channel };
    (@kind channel_prefix $t:ty) => { $crate::Kind::ChannelPrefix };
    (@kind signal $t:ty) => { $crate::Kind::Signal };
    (@kind search $t:ty) => { $crate::Kind::Search(<$t as $crate::SearchKind>::TYPE) };
    ($owner:ty { $( $(#[$attribute:meta])* $kind:ident $name:ident : $t:ty = $wire:literal ; )* }) => {
        $(
            #[doc = concat!("`", $wire, "` on the wire.\n\n")]
            $(#[$attribute])*
            pub const $name: $crate::schema!(@ty $kind $owner, $t) = $crate::schema!(@new $kind $wire);
        )*
        impl $crate::HasSchema for $owner {
            const SCHEMA: $crate::Schema = $crate::Schema::checked(&[
                $( $crate::Entry { name: $wire, kind: $crate::schema!(@kind $kind $t) } ),*
            ]);
        }
        const _: $crate::Schema = <$owner as $crate::HasSchema>::SCHEMA;
    };
}
