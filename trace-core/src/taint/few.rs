//! A short list that needs no memory of its own while it has one element.

use std::ops::Deref;

/// A list that is mostly one element long and never changes. Of one element there is only one
/// way to be held, so lists are equal when their elements are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Few<T> {
    One([T; 1]),
    Many(Box<[T]>),
}

impl<T> Few<T> {
    pub(super) fn none() -> Self {
        Self::Many(Box::new([]))
    }
}

impl<T: Copy> From<&[T]> for Few<T> {
    fn from(elements: &[T]) -> Self {
        match elements {
            [element] => Self::One([*element]),
            _ => Self::Many(elements.into()),
        }
    }
}

impl<T> Deref for Few<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        match self {
            Self::One(element) => element,
            Self::Many(elements) => elements,
        }
    }
}
