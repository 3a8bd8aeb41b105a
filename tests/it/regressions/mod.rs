//! What customers of host servers and of other service providers lost, each by the promise that was broken. The numbers
//! are public issues.

mod groups;
mod hosts;
mod lists;
mod users;
