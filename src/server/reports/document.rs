//! A work report as a Word file (spec §12).

use super::pictures::{Picture, Pictures};
use crate::api::reports::{Chapter, Entry, OPINIONS, Outcome, Passage, Report};
use crate::domain::date::in_words;
use crate::error::AppError;
use crate::server::paper::{
    BODY, HEAD, WIDTH, cell, centred, counted, heading, indented, numbered_paper, plain, right, row, subheading, table,
    title,
};
use crate::server::word::{BODY_SIZE, TABLE_SIZE, packed, run};
use docx_rs::{AlignmentType, Docx, Paragraph, Pic, Run, Table, TableRow};

/// The longer side of a photo in English metric units: seven centimetres.
const PHOTO: u64 = 7 * 360_000;

/// The file of one person.
pub fn document(report: &Report, pictures: &Pictures) -> Result<Vec<u8>, AppError> {
    let mut docx = numbered_paper().add_paragraph(title(&report.title()));
    for line in report.dates() {
        docx = docx.add_paragraph(centred(run(&line, BODY_SIZE, BODY)));
    }
    if let Some(overview) = report.overview() {
        docx = docx.add_paragraph(indented(&overview));
    }
    let are_several = report.chapters.len() > 1;
    for (position, chapter) in report.chapters.iter().enumerate() {
        if are_several {
            let place = centred(run(&chapter.place, BODY_SIZE, HEAD)).outline_lvl(0);
            docx = docx.add_paragraph(place.page_break_before(position > 0));
        }
        docx = write(docx, chapter, pictures);
    }
    let check = Paragraph::new().add_run(run(&report.check_line(), TABLE_SIZE, BODY));
    packed(docx.add_paragraph(plain("")).add_paragraph(check))
}

fn write(mut docx: Docx, chapter: &Chapter, pictures: &Pictures) -> Docx {
    docx = docx.add_paragraph(heading("一、基本情况")).add_table(basics(chapter));
    docx = docx.add_paragraph(heading("二、参与概况"));
    for line in chapter.summary() {
        docx = docx.add_paragraph(indented(&line));
    }
    docx = docx.add_paragraph(heading("三、参与工作纪实"));
    if chapter.passages.is_empty() {
        docx = docx.add_paragraph(indented("无"));
    }
    for (position, passage) in chapter.passages.iter().enumerate() {
        docx = log(docx, position + 1, passage, pictures);
    }
    docx = docx.add_paragraph(heading("四、工作成效"));
    if chapter.outcomes.is_empty() && chapter.projects.is_empty() {
        docx = docx.add_paragraph(indented("无"));
    }
    for (position, outcome) in chapter.outcomes.iter().enumerate() {
        docx = achieved(docx, position + 1, outcome);
    }
    if !chapter.projects.is_empty() {
        docx = docx.add_paragraph(indented("牵头项目：")).add_table(projects(chapter));
    }
    docx = docx.add_paragraph(heading("五、规划成果"));
    if chapter.results.is_empty() {
        docx = docx.add_paragraph(indented("无"));
    }
    for (position, name) in chapter.results.iter().enumerate() {
        docx = docx.add_paragraph(indented(&format!("{}. {name}", position + 1)));
    }
    opinions(docx.add_paragraph(heading("六、意见")))
}

/// The entries of one step.
fn log(mut docx: Docx, number: usize, passage: &Passage, pictures: &Pictures) -> Docx {
    docx = docx.add_paragraph(subheading(&format!("（{}）{}", counted(number), passage.title)));
    if passage.entries.is_empty() {
        return docx.add_paragraph(indented("无"));
    }
    for (position, entry) in passage.entries.iter().enumerate() {
        let title = format!("{}. {}", position + 1, entry.title);
        docx = docx.add_paragraph(indented(&title).keep_next(true));
        docx = docx.add_paragraph(indented(&format!("开展日期：{}", entry.dates())));
        if !entry.place.is_empty() {
            docx = docx.add_paragraph(indented(&format!("开展地点：{}", entry.place)));
        }
        if !entry.companions.is_empty() {
            docx = docx.add_paragraph(indented(&format!("同行参与人：{}", entry.companions.join("、"))));
        }
        docx = lines(docx, &format!("内容简述：{}", entry.summary));
        docx = photos(docx, entry, pictures);
    }
    docx
}

/// The photos of an entry, side by side.
fn photos(docx: Docx, entry: &Entry, pictures: &Pictures) -> Docx {
    let known: Vec<&Picture> = entry.photos.iter().filter_map(|id| pictures.get(id)).collect();
    if known.is_empty() {
        return docx;
    }
    let mut side_by_side = Paragraph::new().align(AlignmentType::Center);
    for picture in known {
        let (width, height) = on_paper(picture);
        let pic = Pic::new_with_dimensions(picture.png.clone(), picture.width, picture.height);
        side_by_side = side_by_side.add_run(Run::new().add_image(pic.size(width, height)).add_text(" "));
    }
    docx.add_paragraph(side_by_side)
}

/// A photo's measures with its longer side as long as all others'.
fn on_paper(picture: &Picture) -> (u32, u32) {
    let longer = u64::from(picture.width.max(picture.height).max(1));
    let scaled = |dots: u32| (u64::from(dots) * PHOTO / longer) as u32;
    (scaled(picture.width), scaled(picture.height))
}

fn achieved(docx: Docx, number: usize, outcome: &Outcome) -> Docx {
    let title = format!("{number}. {}（{}）", outcome.title, in_words(&outcome.reported_on));
    let docx = docx
        .add_paragraph(indented(&title).keep_next(true))
        .add_paragraph(indented(&outcome.facts()));
    lines(docx, &outcome.text)
}

/// Room for what is written and stamped on paper (spec §12, 7).
fn opinions(mut docx: Docx) -> Docx {
    for title in OPINIONS {
        docx = docx
            .add_paragraph(indented(&format!("{title}：")).keep_next(true))
            .add_paragraph(plain("").keep_next(true))
            .add_paragraph(plain("").keep_next(true))
            .add_paragraph(right("（盖章）").keep_next(true))
            .add_paragraph(right("　　年　　月　　日"));
    }
    docx
}

fn basics(chapter: &Chapter) -> Table {
    const WIDTHS: [usize; 2] = [2_600, WIDTH - 2_600];
    let pairs = chapter.basics.iter();
    let rows = pairs.map(|(label, text)| {
        TableRow::new(vec![
            cell(label, WIDTHS[0], HEAD, AlignmentType::Center),
            cell(text, WIDTHS[1], BODY, AlignmentType::Left),
        ])
    });
    table(rows.collect(), &WIDTHS)
}

fn projects(chapter: &Chapter) -> Table {
    const HEADS: [&str; 5] = ["项目名称", "项目类型", "总投资(万元)", "已到位(万元)", "实施状态"];
    const WIDTHS: [usize; 5] = [3_400, 1_400, 1_400, 1_400, 1_200];
    let mut rows = vec![row(&HEADS, &WIDTHS, HEAD)];
    for project in &chapter.projects {
        let texts = [
            project.name.as_str(),
            &project.kind,
            &project.investment,
            &project.funded,
            &project.state,
        ];
        rows.push(row(&texts, &WIDTHS, BODY));
    }
    table(rows, &WIDTHS)
}

/// A text of several lines, each a paragraph.
fn lines(mut docx: Docx, text: &str) -> Docx {
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        docx = docx.add_paragraph(indented(line));
    }
    docx
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_photo_keeps_its_shape() {
        let picture = Picture {
            png: Vec::new(),
            width: 240,
            height: 480,
        };
        assert_eq!(on_paper(&picture), (1_260_000, 2_520_000));
    }
}
