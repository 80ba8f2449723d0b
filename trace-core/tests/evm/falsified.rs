//! What a node tells with one value of it changed.

use serde_json::{Value, json};

/// Where a value that is no list and no object is, as JSON pointers.
pub(crate) fn leaves(value: &Value, at: &str, found: &mut Vec<String>) {
    match value {
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                leaves(item, &format!("{at}/{index}"), found);
            }
        }
        Value::Object(members) => {
            for (name, member) in members {
                leaves(member, &format!("{at}/{name}"), found);
            }
        }
        _ => found.push(at.to_owned()),
    }
}

/// How a value is falsified.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Change {
    Digit(usize),
    Removed,
    Nothing,
    Zero,
}

/// Falsifies one value; `false` where that changes nothing.
pub(crate) fn falsify(told: &mut Value, pointer: &str, change: Change) -> bool {
    let before = told.clone();
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    match change {
        Change::Digit(place) => {
            let value = told.pointer_mut(pointer).unwrap();
            let Some(digits) = value.as_str().and_then(|text| text.strip_prefix("0x")) else {
                *value = json!("0x1");
                return *told != before;
            };
            let mut digits: Vec<char> = digits.chars().collect();
            if digits.is_empty() {
                digits = vec!['0', '1'];
            } else {
                let place = place % digits.len();
                let digit = digits[place].to_digit(16).unwrap();
                digits[place] = char::from_digit((digit + 1) % 16, 16).unwrap();
            }
            *value = json!(format!("0x{}", digits.iter().collect::<String>()));
        }
        Change::Removed => match told.pointer_mut(parent).unwrap() {
            Value::Array(items) => drop(items.remove(name.parse().unwrap())),
            Value::Object(members) => drop(members.remove(name)),
            _ => unreachable!(),
        },
        Change::Nothing => *told.pointer_mut(pointer).unwrap() = Value::Null,
        Change::Zero => *told.pointer_mut(pointer).unwrap() = json!("0x0"),
    }
    *told != before
}
