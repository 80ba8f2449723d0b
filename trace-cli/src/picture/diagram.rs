//! What a picture shows: a value that chains of coins and of accounts both give.

use std::collections::BTreeMap;

use petgraph::graph::DiGraph;
use trace_core::model::account::U512;

use crate::document::{AsOf, Conservation, GapNote, Kind, LimitNote, Party, decimal};
use crate::wording::{count, plain};

/// Letters of a name that fit in a box.
const NAME_MAX: usize = 24;

/// Everything that is drawn and written. Only amounts of one asset are ever compared or added up.
#[derive(Debug, Default)]
pub(crate) struct Diagram {
    pub(crate) title: String,
    /// What is written below the title.
    pub(crate) heading: [String; 3],
    pub(crate) assets: Vec<Asset>,
    /// Whether a box names its asset in a line of its own.
    pub(crate) names_assets: bool,
    /// Nothing in it leads back to where it came from. Of equal amounts what comes last is drawn
    /// last.
    pub(crate) graph: DiGraph<Node, Flow>,
    /// Fees, which are never drawn: how many transactions paid one, and how much.
    pub(crate) fees: Sums,
    pub(crate) legend: Vec<Legend>,
    /// What is not known, and what was cut off.
    pub(crate) gaps: Vec<String>,
    /// How to read it.
    pub(crate) reading: Vec<String>,
}

/// An asset, how its amounts are written, and the colour of its arrows.
#[derive(Debug)]
pub(crate) struct Asset {
    pub(crate) unit: String,
    pub(crate) decimals: usize,
    pub(crate) colour: &'static str,
}

/// A node of the flow.
#[derive(Debug)]
#[expect(
    clippy::large_enum_variant,
    reason = "most nodes are boxes, and a picture has few"
)]
pub(crate) enum Node {
    /// What holds value, or where it ended.
    Box(Place),
    /// A transaction through which value went.
    Bar(Passage),
}

/// What holds value, or where it ended.
#[derive(Clone, Debug, Default)]
pub(crate) struct Place {
    pub(crate) name: String,
    /// The line below the name. Where it is empty it says what became of the value.
    pub(crate) below: String,
    /// What it says where nothing became of it.
    pub(crate) otherwise: String,
    /// Everything that there is no room for.
    pub(crate) hint: String,
    pub(crate) asset: usize,
    pub(crate) amount: U512,
    /// What became of it, and how much of what was followed ended here.
    pub(crate) ended: Option<(Fate, U512)>,
    pub(crate) is_seed: bool,
    pub(crate) is_possible: bool,
}

/// A transaction.
#[derive(Debug)]
pub(crate) struct Passage {
    pub(crate) name: String,
    /// Everything that there is no room for.
    pub(crate) hint: String,
    pub(crate) height: Option<u32>,
}

/// What became of value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Fate {
    pub(crate) words: &'static str,
    pub(crate) colours: Colours,
}

/// Fill and edge.
pub(crate) type Colours = (&'static str, &'static str);

/// What went from one node to another.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Flow {
    pub(crate) asset: usize,
    /// 0 where that is not known.
    pub(crate) amount: U512,
    pub(crate) is_possible: bool,
}

/// A line of the legend, which is shown where its asset is drawn.
#[derive(Debug)]
pub(crate) struct Legend {
    pub(crate) asset: usize,
    pub(crate) colours: Colours,
    pub(crate) text: String,
}

/// Sums by whether they are possible only, and by asset.
pub(crate) type Sums = BTreeMap<(bool, usize), Sum>;

/// How many, and how much of one asset.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sum {
    pub(crate) count: usize,
    pub(crate) amount: U512,
}

impl Sum {
    pub(crate) fn add(&mut self, amount: U512) {
        self.count += 1;
        self.amount = self.amount.saturating_add(amount);
    }
}

impl Diagram {
    /// The number alone.
    pub(super) fn number(&self, asset: usize, amount: U512) -> String {
        let decimals = self.assets.get(asset).map_or(0, |asset| asset.decimals);
        decimal(amount, decimals)
    }

    /// The number and what it is a number of.
    pub(super) fn amount(&self, asset: usize, amount: U512) -> String {
        let unit = self.assets.get(asset).map_or("", |asset| &*asset.unit);
        format!("{} {unit}", self.number(asset, amount))
    }
}

impl Place {
    /// What an address holds. The label of its cluster is a weaker thing than its own and is said
    /// to be one.
    pub(crate) fn of(label: Option<&str>, party: Option<&Party>) -> Self {
        let own = party.and_then(|party| party.label.as_ref());
        let label = label.or(own.map(|(_, name)| name.as_str()));
        let of_cluster = party.and_then(|party| party.cluster_label.as_ref());
        let name = match (label, of_cluster) {
            (Some(label), _) => cut(&plain(label), NAME_MAX),
            (None, Some((_, label))) => {
                format!("{} (cluster)", cut(&plain(label), NAME_MAX - 10))
            }
            (None, None) => String::new(),
        };
        let address = party.map(|party| short(&party.address, 12, 8));
        let (name, below) = match address {
            Some(address) if name.is_empty() => (address, String::new()),
            address => (name, address.unwrap_or_default()),
        };
        Self {
            name,
            below,
            ..Self::default()
        }
    }
}

/// What is written below the title.
pub(crate) fn heading(policy: &str, as_of: &AsOf, conservation: Conservation) -> [String; 3] {
    let AsOf {
        chain,
        height,
        hash,
    } = as_of;
    [
        format!("policy: {policy}"),
        format!("{chain}, as of block {height} ({hash})"),
        conservation.statement.to_owned(),
    ]
}

/// What is not known, and what was cut off.
pub(crate) fn gaps(gaps: &[GapNote], limits: &[LimitNote]) -> Vec<String> {
    let unknown = (!gaps.is_empty()).then(|| {
        let gaps = count(gaps.len(), "thing");
        format!("Not known: {gaps}, listed in the report.")
    });
    let limits = limits.iter();
    let cut_off = limits.map(|limit| format!("Cut off: {}.", limit.meaning));
    unknown.into_iter().chain(cut_off).collect()
}

/// The beginning and the end of a long name.
pub(crate) fn short(text: &str, head: usize, tail: usize) -> String {
    let count = text.chars().count();
    if count <= head + tail + 1 {
        return text.to_owned();
    }
    let first: String = text.chars().take(head).collect();
    let last: String = text.chars().skip(count - tail).collect();
    format!("{first}…{last}")
}

fn cut(text: &str, letters_max: usize) -> String {
    if text.chars().count() <= letters_max {
        return text.to_owned();
    }
    let shown: String = text.chars().take(letters_max.saturating_sub(1)).collect();
    format!("{shown}…")
}

impl Fate {
    /// The colours of a kind of place, called like this.
    pub(crate) fn of_kind(kind: Kind, words: &'static str) -> Self {
        let colours = match kind {
            Kind::Unspent | Kind::Held | Kind::Coinbase | Kind::Created => ("#fde9b8", "#c98a00"),
            Kind::Service => ("#cfe3f7", "#2166ac"),
            Kind::Mix => ("#e5d3ef", "#7b3294"),
            Kind::Pool => ("#d2ecd4", "#1b7837"),
            Kind::Bound => ("#e3e6e8", "#6b7780"),
            Kind::Unseen => ("#c9ced2", "#3b444b"),
            Kind::Fee | Kind::Burnt | Kind::Swapped => ("#f2f2f2", "#999999"),
        };
        Self { words, colours }
    }
}
