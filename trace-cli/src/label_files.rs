//! Reads lists of labels.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use trace_core::label::{self, LabelledChain, Labels};

use crate::arguments::LabelFiles;
use crate::document::LabelList;
use crate::failure::Failure;
use crate::talk::Talk;

/// Reads every list. Entries that are passed over are counted and said.
///
/// # Errors
/// When a list cannot be read, is too long, or is no list of labels.
pub(crate) fn read<C: LabelledChain>(
    files: &LabelFiles,
    chain: C,
    talk: Talk,
) -> Result<(Labels<C::Address>, Vec<LabelList>), Failure> {
    let mut labels = Labels::default();
    let mut lists = Vec::new();
    for path in &files.labels {
        let (labels_before, skipped_before) = (labels.all().len(), labels.skipped().len());
        read_one(&mut labels, path, files, chain)?;
        let list = LabelList {
            name: path.display().to_string(),
            labels: labels.all().len() - labels_before,
            skipped: labels.skipped().len() - skipped_before,
        };
        if let Some((_, first)) = labels.skipped().get(skipped_before) {
            talk.say(format_args!(
                "{}: {} of {} entries passed over, the first at line {}: {}",
                list.name,
                list.skipped,
                list.labels + list.skipped,
                first.line,
                crate::wording::plain(&first.why.to_string())
            ));
        }
        lists.push(list);
    }
    Ok((labels, lists))
}

fn read_one<C: LabelledChain>(
    labels: &mut Labels<C::Address>,
    path: &Path,
    files: &LabelFiles,
    chain: C,
) -> Result<(), Failure> {
    let name = path.display().to_string();
    let refused = |why: &str| Failure::Asked(crate::wording::plain(&format!("{name}: {why}")));
    let extension = path
        .extension()
        .map(|end| end.to_string_lossy().to_lowercase());
    let is_csv = match extension.as_deref() {
        Some("csv") => true,
        Some("yaml" | "yml") => false,
        _ => return Err(refused("a list of labels is named .csv, .yaml or .yml")),
    };
    let file = File::open(path).map_err(|error| Failure::file(path, error))?;
    let mut bytes = Vec::new();
    file.take(files.label_bytes_max.saturating_add(1))
        .read_to_end(&mut bytes)
        .map_err(|error| Failure::file(path, error))?;
    if bytes.len() as u64 > files.label_bytes_max {
        return Err(refused("longer than --label-bytes-max allows"));
    }
    let read = if is_csv {
        label::csv_list(labels, &name, &bytes, chain, files.labels_max)
    } else {
        let text = std::str::from_utf8(&bytes).map_err(|_| refused("not in UTF-8"))?;
        label::tag_pack(labels, &name, text, chain, files.labels_max)
    };
    read.map_err(|error| Failure::Labels(name.clone(), error))
}
