//! One file per route: loads the data, arranges the components.

mod email;
mod home;
mod not_found;
mod payload;

pub(crate) use email::EmailPage;
pub(crate) use home::HomePage;
pub(crate) use not_found::NotFoundPage;
