//! The columns of one kind of ledger, that grow together.

/// Declares `Columns`, its files and their order. Where it is used, `Counts` and `Row` are
/// those of that kind of ledger.
macro_rules! columns {
    ($($(#[$doc:meta])* $name:ident: $file:literal, $width:literal bytes, |$counts:ident| $count:expr;)*) => {
        /// The columns. What each holds is in `docs/ledger-format.md`.
        #[derive(Debug)]
        pub(crate) struct Columns {
            $($(#[$doc])* pub(crate) $name: Column<$width>,)*
        }

        /// The columns' file names, in the order of their checksums in a row.
        pub(crate) const NAMES: [&str; COLUMNS] = [$($file),*];

        /// How many columns there are.
        pub(crate) const COLUMNS: usize = [$($width),*].len();

        impl Columns {
            /// Opens what a row acknowledges, for reading.
            pub(crate) fn read(dir: &Path, counts: &Counts) -> Result<Self, LedgerError> {
                Ok(Self {
                    $($name: { let $counts = counts; Column::read(dir.join($file), $count)? },)*
                })
            }

            /// Opens for writing behind what `row` acknowledges; cuts off the rest.
            pub(crate) fn resume(dir: &Path, row: Option<&Row>, disk: &Disk) -> Result<Self, LedgerError> {
                let counts = row.map(|row| row.counts).unwrap_or_default();
                let mut crcs = row.map(|row| row.crcs).unwrap_or_default().into_iter();
                Ok(Self {
                    $($name: {
                        let $counts = &counts;
                        let crc = crcs.next().unwrap_or_default();
                        Column::resume(dir.join($file), $count, crc, disk)?
                    },)*
                })
            }

            /// How many entries each column has by the counts of a row.
            pub(crate) fn lengths(counts: &Counts) -> [u64; COLUMNS] {
                [$({ let $counts = counts; $count }),*]
            }

            /// All columns, in the order of [`NAMES`].
            pub(crate) fn all(&self) -> [&dyn AnyColumn; COLUMNS] {
                [$(&self.$name),*]
            }

            /// All columns, to be changed.
            pub(crate) fn all_mut(&mut self) -> [&mut dyn AnyColumn; COLUMNS] {
                [$(&mut self.$name),*]
            }
        }
    };
}

pub(crate) use columns;
