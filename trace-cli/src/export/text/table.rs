//! Tables as all of the text reports have them.

use std::io;

use comfy_table::{CellAlignment, LineStyle, Table as Comfy, TableStyle, presets};

/// A table whose rows are written in full, however wide: an address cut short is none.
pub(crate) struct Table(Comfy);

/// A header.
pub(crate) fn columns<const N: usize>(names: [&str; N]) -> Vec<String> {
    names.map(str::to_owned).into()
}

impl Table {
    /// A table whose columns `numbers` are set to the right.
    pub(crate) fn new(header: Vec<String>, numbers: &[usize]) -> Self {
        let style = presets::UTF8_HORIZONTAL_ONLY.row_separator(LineStyle::none());
        Self::styled(style, header, numbers)
    }

    /// One whose rows are several lines high, and so are parted by lines.
    pub(crate) fn parted(header: Vec<String>, numbers: &[usize]) -> Self {
        Self::styled(presets::UTF8_HORIZONTAL_ONLY, header, numbers)
    }

    fn styled(style: TableStyle, header: Vec<String>, numbers: &[usize]) -> Self {
        let mut table = Comfy::new();
        table.load_style(style);
        table.set_header(header);
        for number in numbers {
            if let Some(column) = table.column_mut(*number) {
                column.set_cell_alignment(CellAlignment::Right);
            }
        }
        Self(table)
    }

    pub(crate) fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        self.0.add_row(cells.into_iter().collect::<Vec<_>>());
    }

    pub(crate) fn write(&self, to: &mut dyn io::Write) -> io::Result<()> {
        for line in self.0.lines() {
            writeln!(to, "{}", line.trim_end())?;
        }
        Ok(())
    }
}
