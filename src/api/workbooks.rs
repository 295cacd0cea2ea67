//! The workbook of a page about a village, tried or stored.

use serde::{Deserialize, Serialize};

/// What a workbook brings.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkbookView {
    /// The sheets with something in them.
    pub sheets: Vec<SheetCount>,
    /// Everything wrong; the first two hundred.
    pub faults: Vec<SheetFault>,
    /// Rows that were stored; nought while it was only tried.
    pub stored: usize,
}

/// One sheet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SheetCount {
    /// Its name.
    pub title: String,
    /// Rows that are new or differ.
    pub ready: usize,
    /// Rows that are there already.
    pub known: usize,
}

/// Something wrong in a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SheetFault {
    /// The sheet.
    pub sheet: String,
    /// Its row from 1; 0 where it is about no single row.
    pub row: u32,
    /// Title of the column, or empty.
    pub column: String,
    /// What is wrong.
    pub reason: String,
}
