//! One file per route: loads the data, arranges the components. On the server only; what shall be
//! alive in the browser is a [`crate::alive::Part`].

mod email;
mod home;
mod not_found;

pub(crate) use email::EmailPage;
pub(crate) use home::HomePage;
pub(crate) use not_found::NotFoundPage;
