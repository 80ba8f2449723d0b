//! A folder of block files gives the chain that is in it, however it lies there.
#![cfg(feature = "source")]

mod branches;
mod damage;
mod folder;
mod live;
mod real;
mod undo;
