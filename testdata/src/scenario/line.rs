//! One line of a scenario, as written.

/// A transaction as a line tells it.
pub(super) struct Line<'a> {
    pub(super) name: &'a str,
    pub(super) height: Option<u32>,
    pub(super) version: i32,
    pub(super) lock_time: u32,
    pub(super) sequence: u32,
    pub(super) weight: Option<u32>,
    pub(super) inputs: Vec<Coin>,
    pub(super) outputs: Vec<Coin>,
}

/// One input or output as written.
pub(super) enum Coin {
    /// `NAME AMOUNT`.
    Paid { name: String, value_sat: u64 },
    /// `TRANSACTION:VOUT`.
    Named { transaction: String, vout: u32 },
    /// `?`.
    Unknown,
}

impl<'a> Line<'a> {
    pub(super) fn parse(text: &'a str) -> Result<Self, String> {
        let (head, body) = text
            .split_once(':')
            .ok_or("a line is NAME: INPUTS -> OUTPUTS")?;
        let (inputs, outputs) = body
            .split_once("->")
            .ok_or("no -> between inputs and outputs")?;
        let mut line = Line {
            name: "",
            height: None,
            version: 2,
            lock_time: 0,
            sequence: u32::MAX,
            weight: None,
            inputs: coins(inputs)?,
            outputs: coins(outputs)?,
        };
        if line.outputs.is_empty() {
            return Err("a transaction has outputs".to_owned());
        }
        line.read_head(head)?;
        Ok(line)
    }

    fn read_head(&mut self, head: &'a str) -> Result<(), String> {
        let (before, attributes, after) = match head.split_once('[') {
            Some((before, rest)) => {
                let (attributes, after) = rest.split_once(']').ok_or("[ without ]")?;
                (before, attributes, after)
            }
            None => (head, "", ""),
        };
        for word in before.split_whitespace().chain(after.split_whitespace()) {
            match word.strip_prefix('@') {
                Some(height) => self.height = Some(number(height)?),
                None if self.name.is_empty() => self.name = word,
                None => return Err(format!("{word:?} does not belong before the colon")),
            }
        }
        if self.name.is_empty() {
            return Err("the transaction has no name".to_owned());
        }
        for attribute in attributes.split_whitespace() {
            match attribute.split_once('=').unwrap_or((attribute, "")) {
                ("version", value) => {
                    self.version = value
                        .parse()
                        .map_err(|_| format!("{value:?} is no version"))?;
                }
                ("locktime", value) => self.lock_time = number(value)?,
                ("sequence", value) => self.sequence = number(value)?,
                ("weight", value) => self.weight = Some(number(value)?),
                _ => return Err(format!("no attribute {attribute:?}")),
            }
        }
        Ok(())
    }
}

fn coins(text: &str) -> Result<Vec<Coin>, String> {
    let mut coins = Vec::new();
    if text.trim().is_empty() {
        return Ok(coins);
    }
    for part in text.split(['+', ',']) {
        let words: Vec<&str> = part.split_whitespace().collect();
        match words[..] {
            ["?"] => coins.push(Coin::Unknown),
            [outpoint] if outpoint.contains(':') => {
                let (transaction, vout) = outpoint.split_once(':').unwrap_or_default();
                coins.push(Coin::Named {
                    transaction: transaction.to_owned(),
                    vout: number(vout)?,
                });
            }
            [name, amount] => {
                let value_sat = satoshis(amount)?;
                coins.extend(
                    names(name)?
                        .into_iter()
                        .map(|name| Coin::Paid { name, value_sat }),
                );
            }
            _ => return Err(format!("{:?} is not NAME AMOUNT", part.trim())),
        }
    }
    Ok(coins)
}

/// `a{1..3}/form` as `a1/form`, `a2/form`, `a3/form`; any other name as itself.
fn names(name: &str) -> Result<Vec<String>, String> {
    let Some((before, rest)) = name.split_once('{') else {
        return Ok(vec![name.to_owned()]);
    };
    let (range, after) = rest.split_once('}').ok_or("{ without }")?;
    let (first, last) = range.split_once("..").ok_or("a range is {FIRST..LAST}")?;
    let (first, last) = (number(first)?, number(last)?);
    if first > last || last - first >= 10_000 {
        return Err(format!("{{{range}}} is no range"));
    }
    Ok((first..=last)
        .map(|n| format!("{before}{n}{after}"))
        .collect())
}

fn number(text: &str) -> Result<u32, String> {
    let parsed = match text.strip_prefix("0x") {
        Some(hex) => u32::from_str_radix(hex, 16),
        None => text.parse(),
    };
    parsed.map_err(|_| format!("{text:?} is no number"))
}

/// An amount in satoshis: `12sat`, or bitcoin with up to eight decimals.
fn satoshis(text: &str) -> Result<u64, String> {
    let refused = || format!("{text:?} is no amount");
    if let Some(satoshis) = text.strip_suffix("sat") {
        return satoshis.parse().map_err(|_| refused());
    }
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    if part.len() > 8 {
        return Err(refused());
    }
    let whole: u64 = whole.parse().map_err(|_| refused())?;
    let part: u64 = format!("{part:0<8}").parse().map_err(|_| refused())?;
    whole
        .checked_mul(100_000_000)
        .and_then(|sat| sat.checked_add(part))
        .ok_or_else(refused)
}
