//! Following value, as stories, as properties against a naive walk of every block, lazily
//! against a source, and over the scripted economy.

mod bounds;
mod chain;
mod economy;
mod example;
mod lazy;
mod naive;
mod property;
mod question;
mod story;
