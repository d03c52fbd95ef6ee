//! Statistics and text tables.

use std::time::Duration;

/// The median, as the upper middle value.
pub(crate) fn median(figures: impl IntoIterator<Item = f64>) -> f64 {
    let mut figures: Vec<f64> = figures.into_iter().collect();
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}

/// Smallest and largest value.
pub(crate) fn range(figures: impl IntoIterator<Item = f64>) -> String {
    let (least, most) = figures
        .into_iter()
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(least, most), figure| (least.min(figure), most.max(figure)));
    format!("{least:.2}-{most:.2}")
}

/// Formats a value with two decimals.
pub(crate) fn shown(figure: f64) -> String {
    format!("{figure:.2}")
}

pub(crate) fn microseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e6
}

/// Rows with a title and column names; the first column holds the names of the rows.
pub(crate) struct Table {
    title: String,
    rows: Vec<Vec<String>>,
}

impl Table {
    pub(crate) fn new(title: String, columns: &[&str]) -> Self {
        Self { title, rows: vec![columns.iter().map(|&name| name.to_owned()).collect()] }
    }

    pub(crate) fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        self.rows.push(cells.into_iter().collect());
    }

    pub(crate) fn print(&self) {
        println!("\n{}", self.title);
        let width = |column: usize| self.rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max();
        for row in &self.rows {
            let mut line = String::new();
            for (column, cell) in row.iter().enumerate() {
                let width = width(column).unwrap_or_default();
                line += &if column == 0 { format!("  {cell:<width$}") } else { format!("   {cell:>width$}") };
            }
            println!("{}", line.trim_end());
        }
    }
}
