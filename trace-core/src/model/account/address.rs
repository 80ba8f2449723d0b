//! Addresses of accounts as a person writes them.

use super::Address;
use crate::model::AddressError;

/// Reads `0x` and forty hexadecimal digits. Where they are of both cases the case is a checksum
/// (EIP-55) and must be right: a digit that was mistyped would name somebody else.
///
/// # Errors
/// When the text is no address, or its checksum is wrong.
pub fn parse_address(text: &str) -> Result<Address, AddressError> {
    let not = || AddressError::NotAnAddress(text.to_owned());
    // Without the prefix forty digits may be the beginning of anything.
    let digits = text.strip_prefix("0x").ok_or_else(not)?;
    let address: Address = text.parse().map_err(|_| not())?;
    let has = |is: fn(&char) -> bool| digits.chars().any(|digit| is(&digit));
    if has(char::is_ascii_lowercase) && has(char::is_ascii_uppercase) {
        Address::parse_checksummed(text, None)
            .map_err(|_| AddressError::Checksum(text.to_owned()))?;
    }
    Ok(address)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_checksum_must_be_right_where_there_is_one() {
        let right = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";
        let address = parse_address(right).unwrap();
        for same in [
            right.to_lowercase(),
            right.to_uppercase().replacen("0X", "0x", 1),
        ] {
            assert_eq!(parse_address(&same), Ok(address));
        }
        let wrong = right.replacen('A', "a", 1);
        assert_eq!(parse_address(&wrong), Err(AddressError::Checksum(wrong)));
        for none in [
            "",
            "0x",
            "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beae",
            &right[2..],
            "native",
        ] {
            let refused = AddressError::NotAnAddress(none.to_owned());
            assert_eq!(parse_address(none), Err(refused));
        }
    }
}
