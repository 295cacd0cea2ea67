//! How official papers of the system look in Word: A4, 仿宋 三号 in even lines, headings in 黑体, tables in 小四, pages numbered;
//! no red head and no seal.

use super::word::{BODY_SIZE, TABLE_SIZE, TITLE_SIZE, run};
use docx_rs::{
    AlignmentType, Docx, FieldCharType, Footer, InstrNUMPAGES, InstrPAGE, InstrText, LineSpacing, PageMargin,
    Paragraph, Run, SpecialIndentType, Table, TableAlignmentType, TableCell, TableRow, WidthType,
};

/// A4 in twentieths of a point.
const PAGE: (u32, u32) = (11_906, 16_838);
/// Two letters, as official papers begin a paragraph.
const INDENT: i32 = 640;
/// What fits between the margins.
pub const WIDTH: usize = 8_800;

/// What is said.
pub const BODY: &str = "仿宋";
/// Titles and heads of tables.
pub const HEAD: &str = "黑体";

/// An empty paper.
pub fn paper() -> Docx {
    Docx::new()
        .page_size(PAGE.0, PAGE.1)
        .page_margin(PageMargin::new().top(2098).bottom(1984).left(1588).right(1474))
}

/// An empty paper whose pages are numbered: loose sheets find together again.
pub fn numbered_paper() -> Docx {
    paper().footer(Footer::new().add_paragraph(page_number()))
}

/// 第 x 页 共 y 页
fn page_number() -> Paragraph {
    let text = |text: &str| run(text, TABLE_SIZE, BODY);
    // The number that stands in the file is replaced by whatever program opens it.
    let field = |instruction: InstrText| {
        let begun = text("")
            .add_field_char(FieldCharType::Begin, false)
            .add_instr_text(instruction)
            .add_field_char(FieldCharType::Separate, false);
        begun.add_text("1").add_field_char(FieldCharType::End, false)
    };
    Paragraph::new()
        .align(AlignmentType::Center)
        .add_run(text("第 "))
        .add_run(field(InstrText::PAGE(InstrPAGE {})))
        .add_run(text(" 页 共 "))
        .add_run(field(InstrText::NUMPAGES(InstrNUMPAGES {})))
        .add_run(text(" 页"))
}

/// The title of a paper.
pub fn title(text: &str) -> Paragraph {
    centred(run(text, TITLE_SIZE, HEAD)).outline_lvl(0)
}

/// A heading within it.
pub fn heading(text: &str) -> Paragraph {
    let heading = first_line(spaced(run(text, BODY_SIZE, HEAD)));
    heading.outline_lvl(1).keep_next(true)
}

/// A heading below a heading.
pub fn subheading(text: &str) -> Paragraph {
    let heading = first_line(spaced(run(text, BODY_SIZE, "楷体")));
    heading.outline_lvl(2).keep_next(true)
}

/// A paragraph as official papers begin it.
pub fn indented(text: &str) -> Paragraph {
    first_line(plain(text))
}

/// A line.
pub fn plain(text: &str) -> Paragraph {
    spaced(run(text, BODY_SIZE, BODY))
}

/// A line that ends at the right margin.
pub fn right(text: &str) -> Paragraph {
    plain(text).align(AlignmentType::Right)
}

/// Words in the middle of a line.
pub fn centred(run: Run) -> Paragraph {
    spaced(run).align(AlignmentType::Center)
}

fn spaced(run: Run) -> Paragraph {
    Paragraph::new().line_spacing(LineSpacing::new().line(560)).add_run(run)
}

fn first_line(paragraph: Paragraph) -> Paragraph {
    paragraph.indent(None, Some(SpecialIndentType::FirstLine(INDENT)), None, None)
}

/// A table of rows with columns of these widths.
pub fn table(rows: Vec<TableRow>, widths: &[usize]) -> Table {
    Table::new(rows)
        .set_grid(widths.to_vec())
        .align(TableAlignmentType::Center)
}

/// A row of a table, its cells centred: the head of the table, or a line of it.
pub fn row(texts: &[&str], widths: &[usize], font: &str) -> TableRow {
    let cells = texts.iter().zip(widths);
    TableRow::new(
        cells
            .map(|(text, width)| cell(text, *width, font, AlignmentType::Center))
            .collect(),
    )
}

/// A cell of a table.
pub fn cell(text: &str, width: usize, font: &str, align: AlignmentType) -> TableCell {
    TableCell::new()
        .width(width, WidthType::Dxa)
        .add_paragraph(Paragraph::new().align(align).add_run(run(text, TABLE_SIZE, font)))
}

/// 一, 二 … 十九: no paper counts further.
pub fn counted(number: usize) -> String {
    const DIGITS: [&str; 10] = ["", "一", "二", "三", "四", "五", "六", "七", "八", "九"];
    let ten = if number >= 10 { "十" } else { "" };
    format!("{ten}{}", DIGITS[number % 10])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_papers_write_them() {
        let words = [1, 9, 10, 11, 16].map(counted);
        assert_eq!(words, ["一", "九", "十", "十一", "十六"]);
    }
}
