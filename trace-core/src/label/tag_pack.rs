//! Labels as GraphSense's TagPacks.

use serde::Deserialize;
use serde_saphyr::{Budget, Options, Spanned};

use super::{Confidence, Label, LabelError, LabelledChain, Labels, Skipped, SkippedEntry};

/// A pack: fields that hold for every tag that does not say otherwise, and the tags.
#[derive(Deserialize)]
struct Pack {
    #[serde(flatten)]
    every_tag: Fields,
    tags: Vec<Spanned<Fields>>,
}

/// What a tag says. What else it may say has no bearing on where following stops.
#[derive(Default, Deserialize)]
struct Fields {
    address: Option<String>,
    label: Option<String>,
    source: Option<String>,
    currency: Option<String>,
    network: Option<String>,
    confidence: Option<String>,
    category: Option<String>,
    abuse: Option<String>,
    concepts: Option<Vec<String>>,
    actor: Option<String>,
    lastmod: Option<String>,
    is_cluster_definer: Option<bool>,
}

/// Reads a TagPack into `labels`. A tag of another currency, of a transaction, or whose
/// address cannot be read is passed over and noted.
///
/// # Errors
/// When the text is no TagPack, or has more than `entries_max` tags.
pub fn tag_pack<C: LabelledChain>(
    labels: &mut Labels<C::Address>,
    list: &str,
    text: &str,
    chain: C,
    entries_max: usize,
) -> Result<(), LabelError> {
    let pack: Pack = serde_saphyr::from_str_with_options(text, limits(text)).map_err(|error| {
        LabelError::Malformed {
            line: error.location().map_or(1, |location| location.line()),
            why: error.without_snippet().to_string(),
        }
    })?;
    if pack.tags.len() > entries_max {
        return Err(LabelError::TooMany(entries_max));
    }
    for tag in &pack.tags {
        let line = tag.referenced.line();
        match label(list, line, &tag.value, &pack.every_tag, chain) {
            Ok(label) => labels.add(label),
            Err(why) => labels.skip(list, SkippedEntry { line, why }),
        }
    }
    Ok(())
}

/// As many events and nodes as the text can have without aliases, and few aliases: what an
/// alias repeats would not be bounded by the text's length.
fn limits(text: &str) -> Options {
    let mut budget = Budget::default();
    budget.max_events = text.len().saturating_add(64);
    budget.max_nodes = text.len().saturating_add(64);
    budget.max_total_scalar_bytes = text.len().saturating_mul(2).saturating_add(64);
    let mut options = Options::default();
    options.budget = Some(budget);
    options
}

fn label<C: LabelledChain>(
    list: &str,
    line: u64,
    tag: &Fields,
    every_tag: &Fields,
    chain: C,
) -> Result<Label<C::Address>, Skipped> {
    let said = |field: fn(&Fields) -> &Option<String>| {
        let text = field(tag).as_ref().or(field(every_tag).as_ref())?.trim();
        (!text.is_empty()).then(|| text.to_owned())
    };
    // A pack states a currency, a network, or both. Where it names the network, that says on which
    // chain the address is, whatever is paid there.
    let named = said(|tag| &tag.network).or_else(|| said(|tag| &tag.currency));
    if let Some(name) = named.filter(|name| !chain.is_named(name)) {
        return Err(Skipped::OtherChain(name));
    }
    let address = said(|tag| &tag.address).ok_or(Skipped::NoAddress)?;
    let confidence = said(|tag| &tag.confidence);
    let definer = tag.is_cluster_definer.or(every_tag.is_cluster_definer);
    Ok(Label {
        address: chain.address(&address).map_err(Skipped::Address)?,
        name: said(|tag| &tag.label).ok_or(Skipped::NoLabel)?,
        categories: categories(tag, every_tag),
        actor: said(|tag| &tag.actor),
        source: said(|tag| &tag.source).unwrap_or_else(|| list.to_owned()),
        confidence: confidence.as_deref().map(Confidence::named),
        last_modified: said(|tag| &tag.lastmod),
        defines_cluster: definer.unwrap_or(false),
        list: list.to_owned(),
        line,
    })
}

/// The category, the abuse and the concepts, each once, in that order.
fn categories(tag: &Fields, every_tag: &Fields) -> Vec<String> {
    let concepts = tag.concepts.as_ref().or(every_tag.concepts.as_ref());
    let named = [
        tag.category.as_ref().or(every_tag.category.as_ref()),
        tag.abuse.as_ref().or(every_tag.abuse.as_ref()),
    ];
    let mut categories: Vec<String> = Vec::new();
    for name in named
        .into_iter()
        .flatten()
        .chain(concepts.into_iter().flatten())
    {
        let name = name.trim().to_lowercase();
        if !name.is_empty() && !categories.contains(&name) {
            categories.push(name);
        }
    }
    categories
}
