//! The workbook that somebody sent, given back with what is wrong: the cells red, a note in each, and one more sheet with
//! the refused rows alone. Everything else in it stays as it was: only the parts that change are written anew.

use super::cells::shown;
use super::import::{Fate, ORIGIN, Outcome, REASON, REFUSED, mark_of};
use super::reading::{Row, Sheet};
use super::template::letters;
use quick_xml::escape::escape;
use quick_xml::events::attributes::Attribute;
use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, Writer, XmlVersion};
use std::collections::{BTreeMap, BTreeSet};
use std::io::{Cursor, Read, Write};
use zip::ZipArchive;
use zip::write::SimpleFileOptions;

/// The red of a cell that is wrong; by it a later round knows its own marks.
const RED: &str = "FFFFB3B3";
const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const LINKS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006/relationships";
const NOTES_PART: &str = "xl/comments_marks.xml";
const SHAPES_PART: &str = "xl/drawings/vmlDrawing_marks.vml";
const REFUSED_PART: &str = "xl/worksheets/sheet_refused.xml";

/// What stands behind the marked elements of a sheet, in the order of the format.
const BEHIND_NOTES: [&str; 8] = [
    "legacyDrawingHF",
    "drawingHF",
    "picture",
    "oleObjects",
    "controls",
    "webPublishItems",
    "tableParts",
    "extLst",
];

type Parts = BTreeMap<String, Vec<u8>>;
type Fault = Box<dyn std::error::Error + Send + Sync>;

/// Marks a workbook. An error means that it is built in a way that we do not know.
pub fn mark(content: &[u8], sheet: &Sheet, outcome: &Outcome) -> Result<Vec<u8>, Fault> {
    let (mut parts, order) = unpack(content)?;
    let workbook = text(&parts, "xl/workbook.xml")?.to_owned();
    let links = text(&parts, "xl/_rels/workbook.xml.rels")?.to_owned();
    let path = path_of(&workbook, &links, &outcome.sheet)?;
    let mut notes: BTreeMap<u32, BTreeMap<u32, String>> = BTreeMap::new();
    for (row, fault) in outcome.faults() {
        // What has no column of its own is said in the first one.
        let column = fault.column.unwrap_or_else(|| first_column(outcome));
        let note = notes.entry(row).or_default().entry(column).or_default();
        if !note.is_empty() {
            note.push('\n');
        }
        let title = if fault.column.is_some() {
            String::new()
        } else {
            format!("{}：", fault.title)
        };
        note.push_str(&format!("{title}{}", fault.reason));
    }
    let mut styles = Styles::read(text(&parts, "xl/styles.xml")?)?;
    let marked = mark_sheet(text(&parts, &path)?, &notes, &mut styles)?;
    parts.insert(path.clone(), marked);
    parts.insert("xl/styles.xml".to_owned(), styles.write()?);
    let dropped = link_notes(&mut parts, &path)?;
    for part in &dropped {
        parts.remove(part);
    }
    parts.insert(NOTES_PART.to_owned(), notes_xml(&notes).into_bytes());
    parts.insert(SHAPES_PART.to_owned(), shapes_xml(&notes).into_bytes());
    let refused = refused_xml(sheet, outcome);
    let known = path_of(&workbook, &links, REFUSED).ok();
    let is_new = known.is_none();
    parts.insert(known.unwrap_or_else(|| REFUSED_PART.to_owned()), refused.into_bytes());
    if is_new {
        let id = workbook_ids(&workbook).max().unwrap_or(0) + 1;
        let entry = format!(
            "<sheet xmlns=\"{MAIN}\" xmlns:r=\"{LINKS}\" name=\"{REFUSED}\" sheetId=\"{id}\" r:id=\"rIdRefused\"/>"
        );
        parts.insert(
            "xl/workbook.xml".to_owned(),
            before_end(&workbook, "sheets", &entry)?.into_bytes(),
        );
        let link = format!(
            "<Relationship xmlns=\"{PACKAGE}\" Id=\"rIdRefused\" Type=\"{LINKS}/worksheet\" Target=\"worksheets/sheet_refused.xml\"/>"
        );
        let links = before_end(&links, "Relationships", &link)?;
        parts.insert("xl/_rels/workbook.xml.rels".to_owned(), links.into_bytes());
    }
    let types = content_types(text(&parts, "[Content_Types].xml")?, &dropped, is_new)?;
    parts.insert("[Content_Types].xml".to_owned(), types.into_bytes());
    pack(&parts, &order)
}

fn first_column(outcome: &Outcome) -> u32 {
    outcome.titles.keys().next().copied().unwrap_or(0)
}

fn unpack(content: &[u8]) -> Result<(Parts, Vec<String>), Fault> {
    let mut archive = ZipArchive::new(Cursor::new(content))?;
    let (mut parts, mut order) = (Parts::new(), Vec::new());
    for position in 0..archive.len() {
        let mut part = archive.by_index(position)?;
        if part.is_dir() {
            continue;
        }
        let name = part.name()?.into_owned();
        let mut bytes = Vec::new();
        part.read_to_end(&mut bytes)?;
        order.push(name.clone());
        parts.insert(name, bytes);
    }
    Ok((parts, order))
}

fn pack(parts: &Parts, order: &[String]) -> Result<Vec<u8>, Fault> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let known: BTreeSet<&str> = order.iter().map(String::as_str).collect();
    let new = parts.keys().map(String::as_str).filter(|name| !known.contains(name));
    for name in order.iter().map(String::as_str).chain(new) {
        if let Some(bytes) = parts.get(name) {
            archive.start_file(name, SimpleFileOptions::default())?;
            archive.write_all(bytes)?;
        }
    }
    Ok(archive.finish()?.into_inner())
}

fn text<'a>(parts: &'a Parts, name: &str) -> Result<&'a str, Fault> {
    let bytes = parts.get(name).ok_or_else(|| format!("no {name}"))?;
    let text = std::str::from_utf8(bytes)?;
    Ok(text.trim_start_matches('\u{FEFF}'))
}

fn attribute(element: &BytesStart<'_>, name: &str) -> Option<String> {
    let mut attributes = element.attributes().flatten();
    let found = attributes.find(|one| one.key.local_name().as_ref() == name)?;
    found
        .normalized_value(XmlVersion::Implicit1_0)
        .ok()
        .map(|value| value.into_owned())
}

/// The element with other values of these attributes; nothing takes one away.
fn changed(element: &BytesStart<'_>, changes: &[(&str, Option<String>)]) -> BytesStart<'static> {
    let mut new = BytesStart::new(element.name().as_ref().to_owned());
    for old in element.attributes().flatten() {
        if !changes.iter().any(|(name, _)| *name == old.key.as_ref()) {
            new.push_attribute(Attribute {
                key: old.key,
                value: old.value,
            });
        }
    }
    for (name, value) in changes {
        if let Some(value) = value {
            new.push_attribute((*name, value.as_str()));
        }
    }
    new
}

/// Every element with that local name.
fn elements(xml: &str, name: &str) -> Vec<BytesStart<'static>> {
    let mut reader = Reader::from_str(xml);
    let mut found = Vec::new();
    while let Ok(event) = reader.read_event() {
        match event {
            Event::Start(element) | Event::Empty(element) if element.local_name().as_ref() == name => {
                found.push(element.into_owned());
            }
            Event::Eof => break,
            _ => {}
        }
    }
    found
}

fn workbook_ids(workbook: &str) -> impl Iterator<Item = u32> {
    let sheets = elements(workbook, "sheet").into_iter();
    sheets.filter_map(|sheet| attribute(&sheet, "sheetId")?.parse().ok())
}

/// The part of a sheet.
fn path_of(workbook: &str, links: &str, name: &str) -> Result<String, Fault> {
    let mut sheets = elements(workbook, "sheet").into_iter();
    let sheet = sheets.find(|sheet| attribute(sheet, "name").as_deref() == Some(name));
    let sheet = sheet.ok_or("no such sheet")?;
    let id = sheet
        .attributes()
        .flatten()
        .find(|one| one.key.local_name().as_ref() == "id" && one.key.as_ref().contains(':'))
        .map(|one| one.value.into_owned())
        .ok_or("a sheet without a link")?;
    let mut known = elements(links, "Relationship").into_iter();
    let link = known.find(|link| attribute(link, "Id").as_deref() == Some(id.as_str()));
    let target = link
        .and_then(|link| attribute(&link, "Target"))
        .ok_or("a link to nowhere")?;
    Ok(absolute("xl", &target))
}

/// A target of a part in that folder.
fn absolute(folder: &str, target: &str) -> String {
    if let Some(path) = target.strip_prefix('/') {
        return path.to_owned();
    }
    let mut path: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in target.split('/') {
        match part {
            ".." => {
                path.pop();
            }
            "." | "" => {}
            part => path.push(part),
        }
    }
    path.join("/")
}

/// A document with something more before the end of an element.
fn before_end(xml: &str, name: &str, more: &str) -> Result<String, Fault> {
    let mut reader = Reader::from_str(xml);
    loop {
        let at = reader.buffer_position() as usize;
        match reader.read_event()? {
            Event::End(end) if end.local_name().as_ref() == name => {
                return Ok(format!("{}{more}{}", &xml[..at], &xml[at..]));
            }
            Event::Empty(element) if element.local_name().as_ref() == name => {
                let after = reader.buffer_position() as usize;
                let open = xml[at..after].trim_end_matches("/>");
                let tag = element.name().as_ref().to_owned();
                return Ok(format!("{}{open}>{more}</{tag}>{}", &xml[..at], &xml[after..]));
            }
            Event::Eof => return Err(format!("no {name}").into()),
            _ => {}
        }
    }
}

/// The formats of cells: raw, so that what we do not know stays.
struct Styles {
    before: String,
    fills: Vec<String>,
    between: String,
    formats: Vec<String>,
    after: String,
    red: usize,
    made: BTreeMap<usize, usize>,
}

impl Styles {
    fn read(xml: &str) -> Result<Self, Fault> {
        let (before, fills, rest) = section(xml, "fills", "fill")?;
        let (between, formats, after) = section(rest, "cellXfs", "xf")?;
        let mut fills: Vec<String> = fills.into_iter().map(str::to_owned).collect();
        let ours = fills.iter().position(|fill| fill.contains(RED));
        let red = ours.unwrap_or(fills.len());
        if ours.is_none() {
            fills.push(format!(
                "<fill xmlns=\"{MAIN}\"><patternFill patternType=\"solid\"><fgColor rgb=\"{RED}\"/><bgColor indexed=\"64\"/></patternFill></fill>"
            ));
        }
        Ok(Self {
            before: before.to_owned(),
            fills,
            between: between.to_owned(),
            formats: formats.into_iter().map(str::to_owned).collect(),
            after: after.to_owned(),
            red,
            made: BTreeMap::new(),
        })
    }

    fn first(&self, format: usize) -> Option<BytesStart<'static>> {
        elements(self.formats.get(format)?, "xf").into_iter().next()
    }

    fn is_red(&self, format: usize) -> bool {
        self.first(format)
            .and_then(|xf| attribute(&xf, "fillId"))
            .is_some_and(|fill| fill == self.red.to_string())
    }

    /// The same format on red.
    fn red(&mut self, format: usize) -> usize {
        if self.is_red(format) {
            return format;
        }
        if let Some(made) = self.made.get(&format) {
            return *made;
        }
        let Some(xf) = self.first(format) else {
            return format;
        };
        let made = self.with_fill(format, &xf, self.red, true);
        self.made.insert(format, made);
        made
    }

    /// The same format without our red.
    fn plain(&mut self, format: usize) -> usize {
        if !self.is_red(format) {
            return format;
        }
        if let Some((before, _)) = self.made.iter().find(|(_, made)| **made == format) {
            return *before;
        }
        let Some(xf) = self.first(format) else {
            return format;
        };
        self.with_fill(format, &xf, 0, false)
    }

    fn with_fill(&mut self, format: usize, xf: &BytesStart<'static>, fill: usize, applied: bool) -> usize {
        let new = changed(
            xf,
            &[
                ("fillId", Some(fill.to_string())),
                ("applyFill", applied.then(|| "1".to_owned())),
            ],
        );
        let raw = &self.formats[format];
        let end = raw.find('>').map_or(raw.len(), |at| at + 1);
        let closes = raw[..end].ends_with("/>");
        let tag = format!("<{}{}>", &*new, if closes { "/" } else { "" });
        let raw = format!("{tag}{}", &raw[end..]);
        if let Some(known) = self.formats.iter().position(|one| *one == raw) {
            return known;
        }
        self.formats.push(raw);
        self.formats.len() - 1
    }

    fn write(&self) -> Result<Vec<u8>, Fault> {
        let fills = counted(&self.before, "fills", self.fills.len())?;
        let formats = counted(&self.between, "cellXfs", self.formats.len())?;
        Ok(format!(
            "{fills}{}{formats}{}{}",
            self.fills.concat(),
            self.formats.concat(),
            self.after
        )
        .into_bytes())
    }
}

/// A document up to the children of an element, the children, and the rest.
fn section<'a>(xml: &'a str, name: &str, child: &str) -> Result<(&'a str, Vec<&'a str>, &'a str), Fault> {
    let mut reader = Reader::from_str(xml);
    // A part of a document: its ends have no beginnings.
    reader.config_mut().check_end_names = false;
    reader.config_mut().allow_unmatched_ends = true;
    let (mut begin, mut depth, mut start, mut children) = (None, 0, 0, Vec::new());
    loop {
        let at = reader.buffer_position() as usize;
        let event = reader.read_event()?;
        let after = reader.buffer_position() as usize;
        match event {
            Event::Start(element) if begin.is_none() && element.local_name().as_ref() == name => begin = Some(after),
            Event::Start(_) if begin.is_some() => {
                if depth == 0 {
                    start = at;
                }
                depth += 1;
            }
            Event::Empty(element) if begin.is_some() && depth == 0 && element.local_name().as_ref() == child => {
                children.push(&xml[at..after]);
            }
            Event::End(_) if begin.is_some() && depth > 0 => {
                depth -= 1;
                if depth == 0 {
                    children.push(&xml[start..after]);
                }
            }
            Event::End(_) if begin.is_some() => {
                return Ok((&xml[..begin.unwrap_or(at)], children, &xml[at..]));
            }
            Event::Eof => return Err(format!("no {name}").into()),
            _ => {}
        }
    }
}

/// The text up to an element with another count.
fn counted(xml: &str, name: &str, count: usize) -> Result<String, Fault> {
    let at = xml.rfind('<').ok_or("no element")?;
    let tag = xml[at..].trim_end_matches('>').trim_start_matches('<');
    let element = BytesStart::from_content(tag, tag.find(char::is_whitespace).unwrap_or(tag.len()));
    if element.local_name().as_ref() != name {
        return Err(format!("no {name}").into());
    }
    let new = changed(&element, &[("count", Some(count.to_string()))]);
    Ok(format!("{}<{}>", &xml[..at], &*new))
}

fn column_of(reference: &str) -> Option<u32> {
    let letters = reference.bytes().take_while(u8::is_ascii_alphabetic);
    let column = letters.fold(0_u32, |column, letter| {
        column
            .saturating_mul(26)
            .saturating_add(u32::from(letter.to_ascii_uppercase() - b'A') + 1)
    });
    column.checked_sub(1)
}

/// The sheet with red cells, and a place for its notes.
fn mark_sheet(xml: &str, notes: &BTreeMap<u32, BTreeMap<u32, String>>, styles: &mut Styles) -> Result<Vec<u8>, Fault> {
    let mut reader = Reader::from_str(xml);
    let mut writer = Writer::new(Vec::with_capacity(xml.len() + 64 * 1024));
    let empty = BTreeMap::new();
    let (mut depth, mut row, mut column) = (0, 0_u32, 0_u32);
    let (mut waiting, mut prefix, mut is_linked) = (&empty, String::new(), false);
    let mut done: u32 = 0;
    let link = |prefix: &str| {
        let mut element = BytesStart::new(format!("{prefix}legacyDrawing"));
        element.push_attribute(("xmlns:r", LINKS));
        element.push_attribute(("r:id", "rIdMarkShapes"));
        Event::Empty(element)
    };
    let missing = |writer: &mut Writer<Vec<u8>>, styles: &mut Styles, prefix: &str, row: u32, column: u32| {
        let mut cell = BytesStart::new(format!("{prefix}c"));
        cell.push_attribute(("r", format!("{}{}", letters(column), row + 1).as_str()));
        cell.push_attribute(("s", styles.red(0).to_string().as_str()));
        writer.write_event(Event::Empty(cell))
    };
    loop {
        let event = reader.read_event()?;
        match &event {
            Event::Start(element) if depth == 0 => {
                let name = element.name().as_ref().to_owned();
                prefix = name
                    .split_once(':')
                    .map_or(String::new(), |(prefix, _)| format!("{prefix}:"));
            }
            Event::Start(element) | Event::Empty(element) if element.local_name().as_ref() == "row" => {
                row = match attribute(element, "r").and_then(|number| number.parse::<u32>().ok()) {
                    Some(number) => number.saturating_sub(1),
                    None => done,
                };
                done = row + 1;
                (waiting, column) = (notes.get(&row).unwrap_or(&empty), 0);
            }
            Event::Start(element) | Event::Empty(element)
                if depth == 1 && !is_linked && BEHIND_NOTES.contains(&element.local_name().as_ref()) =>
            {
                writer.write_event(link(&prefix))?;
                is_linked = true;
            }
            Event::End(_) if depth == 1 && !is_linked => {
                writer.write_event(link(&prefix))?;
                is_linked = true;
            }
            _ => {}
        }
        match event {
            Event::Start(ref element) | Event::Empty(ref element)
                if depth == 1 && element.local_name().as_ref() == "legacyDrawing" =>
            {
                // Notes of an earlier round: ours take their place.
                if matches!(event, Event::Start(_)) {
                    return Err("notes that are built in another way".into());
                }
                continue;
            }
            Event::Start(ref element) | Event::Empty(ref element) if element.local_name().as_ref() == "c" => {
                let own = attribute(element, "r")
                    .and_then(|reference| column_of(&reference))
                    .unwrap_or(column);
                for before in waiting.range(column..own).map(|(column, _)| *column) {
                    missing(&mut writer, styles, &prefix, row, before)?;
                }
                column = own + 1;
                let style = attribute(element, "s")
                    .and_then(|style| style.parse::<usize>().ok())
                    .unwrap_or(0);
                let style = if waiting.contains_key(&own) {
                    styles.red(style)
                } else {
                    styles.plain(style)
                };
                let new = changed(element, &[("s", (style > 0).then(|| style.to_string()))]);
                let is_start = matches!(event, Event::Start(_));
                depth += usize::from(is_start);
                writer.write_event(if is_start { Event::Start(new) } else { Event::Empty(new) })?;
                continue;
            }
            Event::Start(ref element) | Event::Empty(ref element) if element.local_name().as_ref() == "row" => {
                // How wide the row is said to be need not hold any more.
                let new = changed(element, &[("spans", None)]);
                let is_start = matches!(event, Event::Start(_));
                depth += usize::from(is_start);
                writer.write_event(if is_start { Event::Start(new) } else { Event::Empty(new) })?;
                continue;
            }
            Event::End(ref end) if end.local_name().as_ref() == "row" => {
                for behind in waiting.range(column..).map(|(column, _)| *column) {
                    missing(&mut writer, styles, &prefix, row, behind)?;
                }
                waiting = &empty;
            }
            _ => {}
        }
        match &event {
            Event::Start(_) => depth += 1,
            Event::End(_) => depth = depth.saturating_sub(1),
            Event::Eof => return Ok(writer.into_inner()),
            _ => {}
        }
        writer.write_event(event)?;
    }
}

/// Links the notes to their sheet; answers the parts of earlier notes.
fn link_notes(parts: &mut Parts, path: &str) -> Result<Vec<String>, Fault> {
    let (folder, file) = path.rsplit_once('/').unwrap_or(("", path));
    let name = format!("{folder}/_rels/{file}.rels");
    let old = match parts.get(&name) {
        Some(_) => text(parts, &name)?.to_owned(),
        None => format!("<Relationships xmlns=\"{PACKAGE}\"></Relationships>"),
    };
    let (mut kept, mut dropped) = (String::new(), Vec::new());
    for link in elements(&old, "Relationship") {
        let kind = attribute(&link, "Type").unwrap_or_default();
        let of_notes = ["/comments", "/vmlDrawing", "/threadedComment"]
            .iter()
            .any(|end| kind.ends_with(end));
        if of_notes {
            dropped.extend(attribute(&link, "Target").map(|target| absolute(folder, &target)));
        } else {
            kept.push_str(&format!("<{}/>", &*changed(&link, &[])));
        }
    }
    kept.push_str(&format!(
        "<Relationship Id=\"rIdMarkShapes\" Type=\"{LINKS}/vmlDrawing\" Target=\"/{SHAPES_PART}\"/>\
         <Relationship Id=\"rIdMarkNotes\" Type=\"{LINKS}/comments\" Target=\"/{NOTES_PART}\"/>"
    ));
    let new = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?><Relationships xmlns=\"{PACKAGE}\">{kept}</Relationships>"
    );
    parts.insert(name, new.into_bytes());
    Ok(dropped)
}

fn content_types(xml: &str, dropped: &[String], has_new_sheet: bool) -> Result<String, Fault> {
    let mut reader = Reader::from_str(xml);
    let mut writer = Writer::new(Vec::new());
    let mut has_shapes = false;
    let ours = [NOTES_PART, REFUSED_PART];
    loop {
        let event = reader.read_event()?;
        match &event {
            Event::Empty(element) if element.local_name().as_ref() == "Override" => {
                let part = attribute(element, "PartName").unwrap_or_default();
                let part = part.trim_start_matches('/');
                if dropped.iter().any(|one| one == part)
                    || ours.contains(&part) && (part == NOTES_PART || has_new_sheet)
                {
                    continue;
                }
            }
            Event::Empty(element) if element.local_name().as_ref() == "Default" => {
                has_shapes |= attribute(element, "Extension").as_deref() == Some("vml");
            }
            Event::Eof => break,
            _ => {}
        }
        writer.write_event(event)?;
    }
    let xml = String::from_utf8(writer.into_inner())?;
    let space = "http://schemas.openxmlformats.org/package/2006/content-types";
    let mut more = format!(
        "<Override xmlns=\"{space}\" PartName=\"/{NOTES_PART}\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml\"/>"
    );
    if has_new_sheet {
        more.push_str(&format!(
            "<Override xmlns=\"{space}\" PartName=\"/{REFUSED_PART}\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml\"/>"
        ));
    }
    if !has_shapes {
        more.push_str(&format!(
            "<Default xmlns=\"{space}\" Extension=\"vml\" ContentType=\"application/vnd.openxmlformats-officedocument.vmlDrawing\"/>"
        ));
    }
    before_end(&xml, "Types", &more)
}

fn notes_xml(notes: &BTreeMap<u32, BTreeMap<u32, String>>) -> String {
    let mut list = String::new();
    for (row, columns) in notes {
        for (column, note) in columns {
            list.push_str(&format!(
                "<comment ref=\"{}{}\" authorId=\"0\"><text><r><t xml:space=\"preserve\">{}</t></r></text></comment>",
                letters(*column),
                row + 1,
                escape(note.as_str())
            ));
        }
    }
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?><comments xmlns=\"{MAIN}\"><authors><author>导入检查</author></authors>\
         <commentList>{list}</commentList></comments>"
    )
}

/// The boxes in which notes show: every note needs one.
fn shapes_xml(notes: &BTreeMap<u32, BTreeMap<u32, String>>) -> String {
    let mut shapes = String::new();
    let cells = notes
        .iter()
        .flat_map(|(row, columns)| columns.keys().map(move |column| (*row, *column)));
    for (number, (row, column)) in cells.enumerate() {
        shapes.push_str(&format!(
            "<v:shape id=\"_x0000_s{}\" type=\"#_x0000_t202\" style=\"position:absolute;margin-left:60pt;margin-top:2pt;width:180pt;height:48pt;z-index:{};visibility:hidden\" \
             fillcolor=\"#ffffe1\" o:insetmode=\"auto\"><v:fill color2=\"#ffffe1\"/><v:shadow on=\"t\" color=\"black\" obscured=\"t\"/><v:path o:connecttype=\"none\"/>\
             <v:textbox/><x:ClientData ObjectType=\"Note\"><x:MoveWithCells/><x:SizeWithCells/><x:Anchor>{}, 15, {}, 2, {}, 15, {}, 4</x:Anchor>\
             <x:AutoFill>False</x:AutoFill><x:Row>{row}</x:Row><x:Column>{column}</x:Column></x:ClientData></v:shape>",
            1025 + number,
            number + 1,
            column + 1,
            row,
            column + 3,
            row + 3
        ));
    }
    format!(
        "<xml xmlns:v=\"urn:schemas-microsoft-com:vml\" xmlns:o=\"urn:schemas-microsoft-com:office:office\" xmlns:x=\"urn:schemas-microsoft-com:office:excel\">\
         <o:shapelayout v:ext=\"edit\"><o:idmap v:ext=\"edit\" data=\"1\"/></o:shapelayout>\
         <v:shapetype id=\"_x0000_t202\" coordsize=\"21600,21600\" o:spt=\"202\" path=\"m,l,21600r21600,l21600,xe\"><v:stroke joinstyle=\"miter\"/>\
         <v:path gradientshapeok=\"t\" o:connecttype=\"rect\"/></v:shapetype>{shapes}</xml>"
    )
}

/// The refused rows alone, under the same titles, with the reason and the mark of where each came from.
fn refused_xml(sheet: &Sheet, outcome: &Outcome) -> String {
    let titles: Vec<(u32, &String)> = outcome
        .titles
        .iter()
        .filter(|(_, title)| !matches!(title.as_str(), REASON | ORIGIN))
        .map(|(column, title)| (*column, title))
        .collect();
    let cell = |row: u32, column: u32, text: &str| {
        format!(
            "<c r=\"{}{}\" t=\"inlineStr\"><is><t xml:space=\"preserve\">{}</t></is></c>",
            letters(column),
            row + 1,
            escape(text)
        )
    };
    let (reason, origin) = (titles.len() as u32, titles.len() as u32 + 1);
    let mut rows = String::from("<row r=\"1\">");
    for (at, (_, title)) in (0..).zip(&titles) {
        rows.push_str(&cell(0, at, title));
    }
    rows.push_str(&format!("{}{}</row>", cell(0, reason, REASON), cell(0, origin, ORIGIN)));
    let wrong = outcome.rows.iter().filter_map(|(number, fate)| match fate {
        Fate::Wrong(faults) => Some((*number, faults)),
        _ => None,
    });
    for (row, (number, faults)) in (1..).zip(wrong) {
        let own = sheet.rows.iter().find(|row| row.number == number);
        let held = |column: u32| {
            own.and_then(|row: &Row| row.cell(column))
                .map(shown)
                .unwrap_or_default()
        };
        let texts: Vec<String> = titles.iter().map(|(column, _)| held(*column)).collect();
        rows.push_str(&format!("<row r=\"{}\">", row + 1));
        for (at, text) in (0..).zip(&texts) {
            if !text.is_empty() {
                rows.push_str(&cell(row, at, text));
            }
        }
        let reasons: Vec<String> = faults
            .iter()
            .map(|fault| format!("{}：{}", fault.title, fault.reason))
            .collect();
        rows.push_str(&cell(row, reason, &reasons.join("；")));
        let mark = format!("{}:{}", number + 1, mark_of(texts.iter().map(String::as_str)));
        rows.push_str(&format!("{}</row>", cell(row, origin, &mark)));
    }
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?><worksheet xmlns=\"{MAIN}\"><sheetViews><sheetView workbookViewId=\"0\">\
         <pane ySplit=\"1\" topLeftCell=\"A2\" activePane=\"bottomLeft\" state=\"frozen\"/></sheetView></sheetViews><cols><col min=\"1\" max=\"{}\" width=\"16\" customWidth=\"1\"/>\
         <col min=\"{}\" max=\"{}\" width=\"60\" customWidth=\"1\"/><col min=\"{}\" max=\"{}\" width=\"4\" hidden=\"1\" customWidth=\"1\"/></cols>\
         <sheetData>{rows}</sheetData></worksheet>",
        titles.len().max(1),
        reason + 1,
        reason + 1,
        origin + 1,
        origin + 1
    )
}
