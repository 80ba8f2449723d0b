//! Labels are read from the field's formats, and what is not read is said.
#![cfg(feature = "labels")]

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use trace_core::label::{LabelError, Labels, Skipped, StopSet, csv_list, tag_pack};
use trace_core::model::{Address, AddressError, BitcoinNetwork, ChainId, account};

const MAINNET: BitcoinNetwork = BitcoinNetwork::Mainnet;
const GENESIS: &str = "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa";
const OTHER: &str = "bc1qc8ee9860cdnkyej0ag5hf49pcx7uvz89lkwpr9";

fn pack(text: &str) -> Result<Labels, LabelError> {
    let mut labels = Labels::default();
    tag_pack(&mut labels, "pack.yaml", text, MAINNET, 1000)?;
    Ok(labels)
}

fn list(text: &str) -> Result<Labels, LabelError> {
    let mut labels = Labels::default();
    csv_list(&mut labels, "list.csv", text.as_bytes(), MAINNET, 1000)?;
    Ok(labels)
}

fn address(text: &str) -> Address {
    Address::parse(text, MAINNET).expect("the test names an address")
}

#[test]
fn a_tag_inherits_what_it_does_not_say() {
    let labels = pack(&format!(
        "title: t\ncreator: c\ncurrency: BTC\nlabel: Exchange A\nsource: https://a.example\n\
         category: Exchange\nconfidence: service_data\nis_cluster_definer: true\ntags:\n\
         - address: {GENESIS}\n\
         - address: {OTHER}\n  label: B\n  category: ransomware\n  abuse: extortion\n  confidence: web_crawl\n"
    ))
    .unwrap();
    let [(_, first)] = labels.of(&address(GENESIS))[..] else {
        panic!("one label");
    };
    assert_eq!(first.name, "Exchange A");
    assert_eq!(first.categories, ["exchange"]);
    assert_eq!(first.source, "https://a.example");
    assert_eq!(first.confidence.as_ref().unwrap().level, Some(50));
    assert!(first.defines_cluster);
    assert_eq!(first.line, 10);
    let [(_, second)] = labels.of(&address(OTHER))[..] else {
        panic!("one label");
    };
    assert_eq!(second.name, "B");
    assert_eq!(second.categories, ["ransomware", "extortion"]);
    assert_eq!(second.confidence.as_ref().unwrap().level, Some(20));
}

#[test]
fn what_is_passed_over_is_said_with_its_line() {
    let labels = pack(&format!(
        "currency: BTC\nlabel: x\nsource: s\ntags:\n\
         - address: 0xdeadbeef\n  currency: ETH\n\
         - address: 1BadAddress\n\
         - tx_hash: 00\n\
         - address: {GENESIS}\n"
    ))
    .unwrap();
    assert_eq!(labels.all().len(), 1);
    let skipped: Vec<_> = labels
        .skipped()
        .iter()
        .map(|(list, entry)| (list.as_str(), entry.line, &entry.why))
        .collect();
    assert!(matches!(
        skipped[..],
        [
            ("pack.yaml", 5, Skipped::OtherChain(_)),
            ("pack.yaml", 7, Skipped::Address(_)),
            ("pack.yaml", 8, Skipped::NoAddress),
        ]
    ));
}

#[test]
fn a_list_may_leave_out_all_but_address_and_label() {
    let labels = list(&format!("\u{feff}Address,Label\n{GENESIS},Satoshi\n")).unwrap();
    let [(index, label)] = labels.of(&address(GENESIS))[..] else {
        panic!("one label");
    };
    assert_eq!((index, label.name.as_str(), label.line), (0, "Satoshi", 2));
    assert_eq!(label.source, "list.csv");
    let error = list("address\nx\n").unwrap_err();
    assert_eq!(error, LabelError::MissingColumn("label"));
}

#[test]
fn a_misspelt_column_is_refused() {
    let error = list("address,label,categroy\n").unwrap_err();
    assert!(matches!(error, LabelError::UnknownColumn { name, .. } if name == "categroy"));
}

#[test]
fn a_broken_line_is_named() {
    let text = format!("address,label\n{GENESIS},a\n{GENESIS}\n");
    assert!(matches!(
        list(&text),
        Err(LabelError::Malformed { line: 3, .. })
    ));
    assert!(matches!(
        pack("title: t\ntags:\n- address: [\n"),
        Err(LabelError::Malformed { .. })
    ));
    assert!(matches!(
        pack("tags: 5\n"),
        Err(LabelError::Malformed { line: 1, .. })
    ));
}

#[test]
fn too_many_entries_are_refused() {
    let mut labels = Labels::default();
    let text = format!("address,label\n{GENESIS},a\n{OTHER},b\n");
    let read = csv_list(&mut labels, "l", text.as_bytes(), MAINNET, 1);
    assert_eq!(read, Err(LabelError::TooMany(1)));
}

#[test]
fn an_alias_that_repeats_itself_is_no_way_to_fill_memory() {
    let mut bomb = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for level in 1..12 {
        let before = format!("*a{}", level - 1);
        let repeated = vec![before; 10].join(", ");
        writeln!(bomb, "a{level}: &a{level} [{repeated}]").unwrap();
    }
    bomb += "tags: []\n";
    assert!(pack(&bomb).is_err());
}

#[test]
fn following_stops_at_the_surest_label_of_a_stopping_category() {
    let text = format!(
        "address,label,category,confidence\n{GENESIS},rumour,exchange,web_crawl\n\
         {GENESIS},known,Exchange|donation,service_data\n{GENESIS},person,user,ownership\n"
    );
    let labels = list(&text).unwrap();
    let stop = |stops: &StopSet| {
        let stop = stops.stop(&labels, &address(GENESIS));
        stop.map(|(_, label)| label.name.clone())
    };
    assert_eq!(stop(&StopSet::default()).as_deref(), Some("known"));
    assert_eq!(stop(&StopSet::of(["USER"])).as_deref(), Some("person"));
    assert_eq!(stop(&StopSet::of([])), None);
}

#[test]
fn every_public_tag_pack_is_read() {
    let Some(folder) = std::env::var_os("TRACE_REAL_DATA").map(PathBuf::from) else {
        eprintln!("skipped: every_public_tag_pack_is_read needs TRACE_REAL_DATA");
        return;
    };
    let mut labels = Labels::default();
    for entry in fs::read_dir(folder.join("labels/tagpacks/packs")).unwrap() {
        let path = entry.unwrap().path();
        if path
            .extension()
            .is_some_and(|extension| extension == "yaml")
        {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            let text = fs::read_to_string(&path).unwrap();
            tag_pack(&mut labels, &name, &text, MAINNET, 1_000_000)
                .unwrap_or_else(|error| panic!("{name}: {error}"));
        }
    }
    let unread = labels
        .skipped()
        .iter()
        .filter(|(_, entry)| matches!(entry.why, Skipped::Address(_)))
        .count();
    eprintln!(
        "{} labels, {} skipped, {unread} unreadable",
        labels.all().len(),
        labels.skipped().len()
    );
    assert!(labels.all().len() > 10_000);
    assert!(unread * 100 < labels.all().len());
}

#[test]
fn accounts_are_labelled_as_coins_are() {
    let right = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";
    let text = format!(
        "address,label,category\n{right},Harbour,exchange\n{},Harbour,exchange\n{GENESIS},x,\n",
        right.replacen('A', "a", 1)
    );
    let mut labels = Labels::default();
    csv_list(&mut labels, "list.csv", text.as_bytes(), ChainId(1), 10).unwrap();
    let (_, label) = StopSet::default()
        .stop(&labels, &account::parse_address(right).unwrap())
        .unwrap();
    assert_eq!((label.name.as_str(), label.line), ("Harbour", 2));
    let skipped = labels.skipped().iter();
    let skipped: Vec<_> = skipped.map(|(_, entry)| (entry.line, &entry.why)).collect();
    let [(3, Skipped::Address(typo)), (4, Skipped::Address(coin))] = skipped[..] else {
        panic!("{skipped:?}");
    };
    assert!(matches!(typo, AddressError::Checksum(_)), "{typo}");
    assert!(matches!(coin, AddressError::NotAnAddress(_)), "{coin}");
}

#[test]
fn a_pack_of_another_chain_of_accounts_is_passed_over() {
    let text = "source: s\nlabel: x\ntags:\n\
         - address: 0x00000000000000000000000000000000000000a1\n  currency: ETH\n\
         - address: 0x00000000000000000000000000000000000000a2\n  network: eth\n\
         - address: 0x00000000000000000000000000000000000000a3\n  currency: BTC\n\
         - address: 0x00000000000000000000000000000000000000a4\n  network: eip155:137\n\
         - address: 0x00000000000000000000000000000000000000a5\n  currency: ETH\n  network: BASE\n\
         - address: 0x00000000000000000000000000000000000000a6\n  currency: USDT\n  network: ETH\n";
    let count = |chain| {
        let mut labels = Labels::default();
        tag_pack(&mut labels, "pack.yaml", text, ChainId(chain), 10).unwrap();
        (labels.all().len(), labels.skipped().len())
    };
    let counts = [1, 137, 8453, 31_337].map(count);
    assert_eq!(counts, [(3, 3), (1, 5), (1, 5), (0, 6)]);
}
