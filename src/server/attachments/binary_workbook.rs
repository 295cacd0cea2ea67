//! How much memory a binary workbook (`.xls`) asks its reader for, found out without asking the reader.
//!
//! The file is a small file system (MS-CFB) whose stream `Workbook` is a list of records (MS-XLS). What is unusual is
//! refused: a workbook that is not previewed can still be downloaded.

/// Bytes of a sector, and of one of the small sectors inside the root's stream.
const SECTOR: usize = 512;
const SMALL_SECTOR: usize = 64;
/// Streams below this size lie in small sectors.
const SMALL_STREAM: usize = 4_096;
/// Sectors from here on are marks, not places.
const MARKS: u32 = 0xFFFF_FFFA;
const END: u32 = 0xFFFF_FFFE;
/// Bytes of one directory entry.
const ENTRY: usize = 128;

/// Kinds of records.
const EOF: u16 = 0x000A;
const SHEET: u16 = 0x0085;
const BEGIN: u16 = 0x0809;
const DIMENSIONS: u16 = 0x0200;
const MANY_NUMBERS: u16 = 0x00BD;
/// Formula, number, label, rich text, truth, number in short, shared text.
const CELLS: [u16; 7] = [0x0006, 0x0203, 0x0204, 0x00D6, 0x0205, 0x027E, 0x00FD];

/// The records of a workbook; nothing when the file is not a plain one of at most 7 MB.
pub fn stream(file: &[u8]) -> Option<Vec<u8>> {
    let disk = Disk::open(file)?;
    let directory = disk.chain(long(file, 48)?)?;
    let mut workbooks = directory.chunks_exact(ENTRY).filter(|entry| is_workbook(entry));
    let (workbook, None) = (workbooks.next()?, workbooks.next()) else {
        return None;
    };
    // The reader follows the small chains whether it needs them or not: a loop in them would never end.
    let (small, small_table) = match long(file, 64)? {
        0 => (Vec::new(), Vec::new()),
        _ => (disk.chain(long(&directory, 116)?)?, disk.chain(long(file, 60)?)?),
    };
    let (start, length) = (long(workbook, 116)?, long(workbook, 120)? as usize);
    let mut content = if length < SMALL_STREAM {
        let sector = |id: u32| small.get(id as usize * SMALL_SECTOR..)?.get(..SMALL_SECTOR);
        chain(start, &longs(&small_table).collect::<Vec<_>>(), sector)?
    } else {
        disk.chain(start)?
    };
    content.truncate(length);
    Some(content)
}

/// The sectors of a file, and for each the one that follows it.
struct Disk<'a> {
    file: &'a [u8],
    table: Vec<u32>,
}

impl<'a> Disk<'a> {
    /// Nothing when the sectors have unusual sizes or the table is larger than the header can tell.
    fn open(file: &'a [u8]) -> Option<Self> {
        let is_plain = (short(file, 30)?, short(file, 32)?) == (9, 6) && long(file, 68)? >= MARKS;
        if !is_plain || !file.starts_with(b"\xD0\xCF\x11\xE0") {
            return None;
        }
        let mut disk = Self {
            file,
            table: Vec::new(),
        };
        for id in longs(file.get(76..SECTOR)?).filter(|id| *id < MARKS) {
            disk.table.extend(longs(disk.sector(id)?));
        }
        Some(disk)
    }

    fn sector(&self, id: u32) -> Option<&'a [u8]> {
        let from = (id as usize + 1) * SECTOR;
        self.file.get(from..self.file.len().min(from + SECTOR))
    }

    fn chain(&self, start: u32) -> Option<Vec<u8>> {
        chain(start, &self.table, |id| self.sector(id))
    }
}

fn is_workbook(entry: &[u8]) -> bool {
    let name: Vec<u16> = shorts(&entry[..64]).take_while(|letter| *letter != 0).collect();
    let name = String::from_utf16_lossy(&name);
    name.eq_ignore_ascii_case("Workbook") || name.eq_ignore_ascii_case("Book")
}

/// The content of the sectors from `start` on; nothing when they run out of the file or in circles.
fn chain<'a>(start: u32, table: &[u32], sector: impl Fn(u32) -> Option<&'a [u8]>) -> Option<Vec<u8>> {
    let (mut content, mut id) = (Vec::new(), start);
    for _ in 0..=table.len() {
        if id == END {
            return Some(content);
        }
        content.extend_from_slice(sector(id)?);
        id = *table.get(id as usize)?;
    }
    None
}

/// The cells of the rectangles that the sheets span, or say they span, whichever is larger.
pub fn cells(workbook: &[u8]) -> Option<u64> {
    let mut sum = 0_u64;
    for (_, sheet) in records(workbook)
        .take_while(|(kind, _)| *kind != EOF)
        .filter(|(kind, _)| *kind == SHEET)
    {
        sum = sum.saturating_add(cells_of_sheet(workbook.get(long(sheet, 0)? as usize..)?)?);
    }
    Some(sum)
}

fn cells_of_sheet(sheet: &[u8]) -> Option<u64> {
    let (mut rows, mut columns, mut announced, mut depth) = (1, 1, 0, 0_u32);
    for (kind, data) in records(sheet) {
        match kind {
            // The sheet's own beginning is the first; what begins inside it are charts.
            BEGIN => depth += 1,
            EOF if depth <= 1 => break,
            EOF => depth -= 1,
            _ if depth > 1 => {}
            DIMENSIONS => announced = announced.max(area(data)?),
            MANY_NUMBERS => {
                rows = rows.max(u64::from(short(data, 0)?) + 1);
                columns = columns.max(u64::from(short(data, 2)?) + data.len() as u64 / 6);
            }
            kind if CELLS.contains(&kind) => {
                rows = rows.max(u64::from(short(data, 0)?) + 1);
                columns = columns.max(u64::from(short(data, 2)?) + 1);
            }
            _ => {}
        }
    }
    Some(announced.max(rows.saturating_mul(columns)))
}

/// Rows times columns of a dimensions record: first row, row after the last, first column, column after the last.
fn area(data: &[u8]) -> Option<u64> {
    let (first_row, rows, first_column, columns) = match data.len() {
        10 => (
            u32::from(short(data, 0)?),
            u32::from(short(data, 2)?),
            short(data, 4)?,
            short(data, 6)?,
        ),
        14 | 16 => (long(data, 0)?, long(data, 4)?, short(data, 8)?, short(data, 10)?),
        _ => return None,
    };
    let is_turned = first_row >= rows.max(1) || first_column >= columns.max(1);
    (!is_turned).then(|| u64::from(rows).saturating_mul(u64::from(columns)))
}

/// Kind and data of each record, as far as they are whole.
fn records(mut stream: &[u8]) -> impl Iterator<Item = (u16, &[u8])> {
    std::iter::from_fn(move || {
        let (kind, length) = (short(stream, 0)?, short(stream, 2)? as usize);
        let data = stream.get(4..4 + length)?;
        stream = &stream[4 + length..];
        Some((kind, data))
    })
}

fn short(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}

fn long(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}

fn shorts(bytes: &[u8]) -> impl Iterator<Item = u16> {
    bytes.as_chunks().0.iter().map(|letter| u16::from_le_bytes(*letter))
}

fn longs(bytes: &[u8]) -> impl Iterator<Item = u32> {
    bytes.as_chunks().0.iter().map(|number| u32::from_le_bytes(*number))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::attachment::FileType;
    use crate::server::attachments::table::rows;

    const FREE: u32 = 0xFFFF_FFFF;

    fn record(kind: u16, data: &[u8]) -> Vec<u8> {
        [&kind.to_le_bytes()[..], &(data.len() as u16).to_le_bytes(), data].concat()
    }

    fn number(row: u16, column: u16, value: f64) -> Vec<u8> {
        let place = [row.to_le_bytes(), column.to_le_bytes(), [0, 0]].concat();
        record(0x0203, &[&place[..], &value.to_le_bytes()].concat())
    }

    /// One sheet with these records.
    fn workbook(sheet: &[Vec<u8>]) -> Vec<u8> {
        let begin = record(BEGIN, &[0, 6, 5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        let end = record(EOF, &[]);
        let name = [&[0_u8, 0, 2, 0][..], b"S1"].concat();
        let position = (begin.len() + 4 + 4 + name.len() + end.len()) as u32;
        let listed = record(SHEET, &[&position.to_le_bytes()[..], &name].concat());
        [begin.clone(), listed, end.clone(), begin, sheet.concat(), end].concat()
    }

    /// A file with the table in sector 0, the directory in sector 1 and the workbook behind.
    fn file(workbook: &[u8]) -> Vec<u8> {
        let length = workbook.len().max(SMALL_STREAM);
        let sectors = length.div_ceil(SECTOR) as u32;
        let mut header = vec![0; SECTOR];
        header[..8].copy_from_slice(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1");
        header[26..34].copy_from_slice(&[3, 0, 0xFE, 0xFF, 9, 0, 6, 0]);
        for (at, value) in [(44, 1), (48, 1), (56, 4_096), (60, END), (68, END), (76, 0)] {
            header[at..at + 4].copy_from_slice(&u32::to_le_bytes(value));
        }
        header[80..].fill(0xFF);
        let mut table = vec![0xFFFF_FFFD, END];
        table.extend((0..sectors).map(|at| if at + 1 == sectors { END } else { at + 3 }));
        table.resize(SECTOR / 4, FREE);
        let mut directory = vec![0; SECTOR];
        for (at, (name, start, length)) in [("Root Entry", END, 0), ("Workbook", 2, length as u32)]
            .into_iter()
            .enumerate()
        {
            let entry = &mut directory[at * ENTRY..][..ENTRY];
            let name: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
            entry[..name.len()].copy_from_slice(&name);
            entry[116..120].copy_from_slice(&start.to_le_bytes());
            entry[120..124].copy_from_slice(&length.to_le_bytes());
        }
        let mut content = workbook.to_vec();
        content.resize(sectors as usize * SECTOR, 0);
        let table: Vec<u8> = table.into_iter().flat_map(u32::to_le_bytes).collect();
        [header, table, directory, content].concat()
    }

    #[test]
    fn a_plain_workbook_is_read() {
        let plain = workbook(&[number(0, 0, 1.5), number(2, 1, 7.0)]);
        assert_eq!(cells(&plain), Some(6));
        let file = file(&plain);
        assert!(stream(&file).unwrap().starts_with(&plain));
        assert_eq!(rows(FileType::Xls, &file).unwrap(), [["1.5", ""], ["", ""], ["", "7"]]);
    }

    #[test]
    fn a_sheet_with_far_corners_is_not_read() {
        let far = workbook(&[number(0, 0, 1.0), number(65_535, 255, 1.0)]);
        assert_eq!(cells(&far), Some(65_536 * 256));
        assert_eq!(rows(FileType::Xls, &file(&far)), None);
    }

    #[test]
    fn a_sheet_that_announces_too_much_is_not_read() {
        let announced = |rows: u32| {
            let data = [&0_u32.to_le_bytes()[..], &rows.to_le_bytes(), &[0, 0, 200, 0, 0, 0]].concat();
            workbook(&[record(DIMENSIONS, &data), number(0, 0, 1.0)])
        };
        assert_eq!(cells(&announced(10)), Some(2_000));
        assert_eq!(rows(FileType::Xls, &file(&announced(u32::MAX))), None);
    }

    #[test]
    fn sectors_in_circles_are_not_read() {
        let mut circle = file(&workbook(&[number(0, 0, 1.0)]));
        // The directory's next sector is the directory.
        circle[SECTOR + 4..SECTOR + 8].copy_from_slice(&1_u32.to_le_bytes());
        assert_eq!(stream(&circle), None);
        assert_eq!(stream(&circle[..700]), None);
    }
}
