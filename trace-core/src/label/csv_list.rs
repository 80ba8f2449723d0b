//! Labels as comma-separated values.

use csv::{Reader, StringRecord};

use super::{Confidence, Label, LabelError, LabelledChain, Labels, Skipped, SkippedEntry};

const COLUMNS: [&str; 7] = [
    "address",
    "label",
    "category",
    "source",
    "confidence",
    "actor",
    "lastmod",
];

/// Reads a list with a header line into `labels`. The columns `address` and `label` must be
/// there; `category` (several separated by `|`), `source`, `confidence`, `actor` and
/// `lastmod` may be. An entry whose address cannot be read is passed over and noted.
///
/// # Errors
/// When the text is no CSV, a column is unknown or missing, or there are more than
/// `entries_max` entries.
pub fn csv_list<C: LabelledChain>(
    labels: &mut Labels<C::Address>,
    list: &str,
    text: &[u8],
    chain: C,
    entries_max: usize,
) -> Result<(), LabelError> {
    let mut reader = csv::ReaderBuilder::new()
        .trim(csv::Trim::All)
        .from_reader(text);
    let columns = columns(&mut reader)?;
    let mut record = StringRecord::new();
    let mut entries = 0_usize;
    while reader.read_record(&mut record).map_err(malformed)? {
        entries += 1;
        if entries > entries_max {
            return Err(LabelError::TooMany(entries_max));
        }
        let line = record.position().map_or(0, csv::Position::line);
        match label(list, line, &columns, &record, chain) {
            Ok(label) => labels.add(label),
            Err(why) => labels.skip(list, SkippedEntry { line, why }),
        }
    }
    Ok(())
}

/// Where each of [`COLUMNS`] stands.
fn columns(reader: &mut Reader<&[u8]>) -> Result<[Option<usize>; 7], LabelError> {
    let mut columns = [None; 7];
    let header = reader.headers().map_err(malformed)?;
    for (index, name) in header.iter().enumerate() {
        // A byte order mark before the first name is no part of it.
        let plain = name.trim_start_matches('\u{feff}').to_lowercase();
        let known = COLUMNS.iter().zip(&mut columns);
        let mut found = known.filter(|(column, _)| **column == plain);
        let Some((_, place)) = found.next() else {
            return Err(LabelError::UnknownColumn {
                name: name.to_owned(),
                known: COLUMNS.join(", "),
            });
        };
        *place = Some(index);
    }
    for (name, place) in COLUMNS.into_iter().zip(columns).take(2) {
        if place.is_none() {
            return Err(LabelError::MissingColumn(name));
        }
    }
    Ok(columns)
}

fn label<C: LabelledChain>(
    list: &str,
    line: u64,
    columns: &[Option<usize>; 7],
    record: &StringRecord,
    chain: C,
) -> Result<Label<C::Address>, Skipped> {
    let [
        address,
        name,
        category,
        source,
        confidence,
        actor,
        last_modified,
    ] = columns.map(|column| {
        let value = record.get(column?)?;
        (!value.is_empty()).then(|| value.to_owned())
    });
    let address = address.ok_or(Skipped::NoAddress)?;
    let categories = category.unwrap_or_default();
    let categories = categories.split('|').map(|name| name.trim().to_lowercase());
    Ok(Label {
        address: chain.address(&address).map_err(Skipped::Address)?,
        name: name.ok_or(Skipped::NoLabel)?,
        categories: categories.filter(|name| !name.is_empty()).collect(),
        actor,
        source: source.unwrap_or_else(|| list.to_owned()),
        confidence: confidence.as_deref().map(Confidence::named),
        last_modified,
        defines_cluster: false,
        list: list.to_owned(),
        line,
    })
}

#[expect(clippy::needless_pass_by_value, reason = "an argument of map_err")]
fn malformed(error: csv::Error) -> LabelError {
    LabelError::Malformed {
        line: error.position().map_or(1, csv::Position::line),
        why: error.to_string(),
    }
}
