//! 模板下载 and 导入: what people really send, what is wrong with it, and what hostile people send.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod world;

use hometown::api::imports::{ImportView, Phase};
use hometown::domain::audit::Act;
use hometown::domain::query::ListQuery;
use hometown::error::AppError;
use hometown::server::db;
use hometown::server::sheets::reading::{self, Cell};
use rand::rngs::StdRng;
use rand::seq::{IndexedRandom, SliceRandom};
use rand::{Rng, SeedableRng};
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};
use serde_json::json;
use std::collections::BTreeSet;
use std::io::{Cursor, Read, Write};
use world::{Actor, Answer, World, draft, stores};

const VILLAGE: &str = "530102010004";
const HEADS: [&str; 7] = [
    "人员姓名",
    "所在单位(全称)",
    "人员类别",
    "政治面貌",
    "联系电话",
    "本人意愿",
    "意愿征求日期",
];

async fn send(actor: &Actor<'_>, content: &[u8]) -> Answer {
    const LINE: &str = "----hometown-test";
    let mut body = format!(
        "--{LINE}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"名单.xlsx\"\r\n\
         Content-Type: application/octet-stream\r\n\r\n"
    )
    .into_bytes();
    body.extend(content);
    body.extend(format!("\r\n--{LINE}--\r\n").bytes());
    actor
        .post(
            "/imports/candidates",
            &format!("multipart/form-data; boundary={LINE}"),
            body,
        )
        .await
}

/// So often somebody looks at something under way before it counts as dead.
const MOST_LOOKS: usize = 100_000;

/// Waits for the end of what is under way.
async fn ended(actor: &Actor<'_>, mut view: ImportView) -> ImportView {
    for _ in 0..MOST_LOOKS {
        if !matches!(view.phase, Phase::Reading | Phase::Checking | Phase::Storing) {
            return view;
        }
        tokio::task::yield_now().await;
        view = actor.call("import_status", json!({ "import": view.id })).await.unwrap();
    }
    panic!("the import is still under way after {MOST_LOOKS} looks: {view:?}")
}

async fn looked(actor: &Actor<'_>, content: &[u8]) -> ImportView {
    let answer = send(actor, content).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    ended(actor, answer.json()).await
}

async fn stored(actor: &Actor<'_>, view: &ImportView) -> ImportView {
    let view = actor.call("start_import", json!({ "import": view.id })).await.unwrap();
    ended(actor, view).await
}

async fn count(actor: &Actor<'_>) -> i64 {
    actor.list("candidates", "").await.unwrap().total
}

fn workbook(rows: &[Vec<String>]) -> Vec<u8> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    for (row, cells) in (0..).zip(rows) {
        for (column, cell) in (0..).zip(cells) {
            if !cell.is_empty() {
                sheet.write_string(row, column, cell).unwrap();
            }
        }
    }
    workbook.save_to_buffer().unwrap()
}

fn person(number: usize) -> Vec<String> {
    const FAMILY: [&str; 6] = ["李", "王", "杨", "张", "段", "和"];
    const GIVEN: [&str; 5] = ["建国", "丽华", "文山", "春梅", "学勤"];
    let name = format!("{}{}", FAMILY[number % 6], GIVEN[(number / 6) % 5]);
    let phone = format!("139{number:08}");
    [&name, "五华区水务局", "公务员", "中共党员", &phone, "是", "2021-08-11"]
        .map(str::to_owned)
        .to_vec()
}

fn heads() -> Vec<String> {
    HEADS.map(str::to_owned).to_vec()
}

#[tokio::test]
async fn what_people_really_send_is_understood() {
    for on in stores() {
        let world = World::new(on).await;
        let village = world.actor(VILLAGE).await;
        let blank = village.open("natural_villages", "", "new").await.unwrap();
        village
            .save("natural_villages", &blank.id, 0, "k", &draft(&[("name", "马坡村")]))
            .await
            .unwrap();
        let mut workbook = Workbook::new();
        let notes = workbook.add_worksheet();
        notes.write_string(0, 0, "说明：请认真填写").unwrap();
        let sheet = workbook.add_worksheet();
        let bold = Format::new().set_bold();
        let filled = Format::new().set_background_color("FFFF00");
        sheet
            .merge_range(0, 0, 0, 10, "三多社区在外人员名单（2021年）", &bold)
            .unwrap();
        // Titles in two rows, one of them over several columns, in another order, with others between.
        for (column, title) in [
            (0, "序号"),
            (1, "姓名"),
            (2, "是否愿意"),
            (3, "微信号"),
            (8, "意愿征求日期"),
        ] {
            sheet.merge_range(2, column, 3, column, title, &bold).unwrap();
        }
        sheet.merge_range(2, 4, 2, 7, "基本情况", &bold).unwrap();
        for (column, title) in [
            (4, "工作单位"),
            (5, "政治面貌 "),
            (6, "*手机号码"),
            (7, "人员类别（必填）"),
            (9, "出生年月"),
            (10, "所在自然村"),
        ] {
            sheet.write_string(3, column, title).unwrap();
        }
        sheet.write_number(4, 0, 1).unwrap();
        sheet.write_string(4, 1, " 张　三 ").unwrap();
        sheet.write_string(4, 2, "√").unwrap();
        sheet.write_string(4, 3, "zhangsan").unwrap();
        sheet.write_string(4, 4, "五华区水务局").unwrap();
        sheet.write_string(4, 5, "中共党员").unwrap();
        sheet.write_string(4, 6, "１３８　１２３４　８０００").unwrap();
        sheet.write_string(4, 7, "公务员").unwrap();
        let day = ExcelDateTime::from_ymd(2021, 8, 11).unwrap();
        sheet
            .write_datetime_with_format(4, 8, &day, &Format::new().set_num_format("yyyy/m/d"))
            .unwrap();
        sheet.write_string(4, 9, "1985年3月").unwrap();
        sheet.write_string(4, 10, "马坡村").unwrap();
        // Formatted and empty, then somebody more.
        for row in 5..60 {
            for column in 0..11 {
                sheet.write_blank(row, column, &filled).unwrap();
            }
        }
        sheet.write_string(60, 1, "李四").unwrap();
        sheet.write_string(60, 2, "否").unwrap();
        sheet.write_string(60, 5, "群众").unwrap();
        sheet.write_number(60, 6, 13_812_348_001_f64).unwrap();
        sheet.write_string(60, 7, "乡贤能人").unwrap();
        sheet.write_number(60, 8, 44_409).unwrap();
        sheet.write_number(60, 9, 1990.12).unwrap();
        let content = workbook.save_to_buffer().unwrap();

        let view = looked(&village, &content).await;
        assert_eq!(
            (view.phase, view.rows, view.ready, view.refused),
            (Phase::Checked, 2, 2, 0),
            "{view:?}"
        );
        assert_eq!(view.ignored, ["微信号"]);
        assert_eq!(count(&village).await, 0, "a dry run stores nothing");
        let done = stored(&village, &view).await;
        assert_eq!((done.phase, done.stored), (Phase::Done, 2), "{done:?}");
        let list = village.list("candidates", "").await.unwrap();
        let open = |name: &str| {
            let line = list.lines.iter().find(|line| line.cells[0] == name).unwrap();
            let (village, id) = (&village, line.id.clone());
            async move { village.open("candidates", "", &id).await.unwrap() }
        };
        let first = open("张三").await;
        for (key, text) in [
            ("phone", "13812348000"),
            ("unit", "五华区水务局"),
            ("willing", "1"),
            ("category", "1"),
            ("asked_on", "2021-08-11"),
            ("born_in", "1985-03"),
        ] {
            assert_eq!(first.draft.text(key), text, "{key}");
        }
        assert!(!first.draft.text("hamlet").is_empty());
        let second = open("李四").await;
        for (key, text) in [
            ("phone", "13812348001"),
            ("asked_on", "2021-08-01"),
            ("born_in", "1990-12"),
            ("willing", "0"),
        ] {
            assert_eq!(second.draft.text(key), text, "{key}");
        }
        assert!(first.history[0].ends_with("已登记"), "{:?}", first.history);
        let mut reader = world.app.store.reader().await.unwrap();
        assert_eq!(db::audits::count(&mut reader, Act::Import).await.unwrap(), 1);
        drop(reader);

        // Twice changes nothing.
        let again = looked(&village, &content).await;
        assert_eq!((again.ready, again.known, again.refused), (0, 2, 0), "{again:?}");
        assert_eq!(count(&village).await, 2);
    }
}

#[tokio::test]
async fn faults_come_back_in_the_own_workbook_and_only_those_rows_are_sent_again() {
    for on in stores() {
        let world = World::new(on).await;
        let village = world.actor(VILLAGE).await;
        let mut rows = vec![heads()];
        rows.extend((0..8).map(person));
        rows[2][4] = "12565847089".to_owned();
        rows[4][2] = "老师".to_owned();
        rows[6][0] = String::new();
        rows[8] = rows[1].clone();
        let content = workbook(&rows);
        let view = looked(&village, &content).await;
        assert_eq!((view.rows, view.ready, view.refused), (8, 4, 4));
        let found: Vec<_> = view
            .faults
            .iter()
            .map(|(row, column, _)| (*row, column.as_str()))
            .collect();
        assert_eq!(
            found,
            [(3, "联系电话"), (5, "人员类别"), (7, "人员姓名"), (9, "联系电话")]
        );
        assert!(view.faults[1].2.contains("“老师”不在可选项中") && view.faults[3].2.contains("与第 2 行重复"));
        assert_eq!(count(&village).await, 0);

        // The own workbook: red cells with notes, and one sheet more.
        let answer = village.get(&format!("/imports/{}/marked", view.id)).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        let parts = unpacked(&answer.body);
        let notes = part(&parts, "xl/comments_marks.xml");
        for reference in ["E3", "C5", "A7", "E9"] {
            assert!(notes.contains(&format!("ref=\"{reference}\"")), "{reference}: {notes}");
        }
        let styles = part(&parts, "xl/styles.xml");
        assert!(styles.contains("FFFFB3B3"));
        let book = reading::read(&answer.body).unwrap();
        assert_eq!(book.sheets.len(), 2);
        assert_eq!(book.sheets[0].rows.len(), 9, "the own sheet is whole");
        assert_eq!(
            book.sheets[0].rows[2].cell(4),
            Some(&Cell::Text("12565847089".to_owned()))
        );
        assert_eq!(
            (book.sheets[1].name.as_str(), book.sheets[1].rows.len()),
            ("未通过的行", 5)
        );

        // Whoever wants to stores what is sound, once.
        let (one, two) = futures::future::join(stored(&village, &view), stored(&village, &view)).await;
        assert_eq!((one.stored, two.stored), (4, 4));
        assert_eq!(count(&village).await, 4);

        // Sent back as it came: the refused rows are refused again and nothing else is looked at.
        let same = looked(&village, &answer.body).await;
        assert_eq!(
            (same.sheet.as_str(), same.rows, same.refused),
            ("未通过的行", 4, 3),
            "{same:?}"
        );
        // Corrected on the sheet of refused rows: only those.
        let mended = edited(&answer.body, "xl/worksheets/sheet_refused.xml", |xml| {
            xml.replace("12565847089", "13565847089")
                .replace("老师", "事业编制人员")
        });
        let view = looked(&village, &mended).await;
        assert_eq!(
            (view.rows, view.ready, view.known, view.refused),
            (4, 2, 1, 1),
            "{view:?}"
        );
        // Corrected where it came from instead: the whole sheet, of which most is known.
        let there = edited(&answer.body, "xl/sharedStrings.xml", |xml| {
            xml.replace("12565847089", "13565847089")
                .replace("老师", "事业编制人员")
        });
        let view = looked(&village, &there).await;
        assert_eq!(
            (view.sheet.as_str(), view.rows, view.ready),
            ("Sheet1", 8, 2),
            "{view:?}"
        );
        // Marked once more: the earlier marks are gone, one fault is left.
        let again = village.get(&format!("/imports/{}/marked", view.id)).await;
        let notes = part(&unpacked(&again.body), "xl/comments_marks.xml").to_owned();
        assert!(!notes.contains("ref=\"E3\"") && notes.contains("ref=\"A7\""), "{notes}");
        assert_eq!(reading::read(&again.body).unwrap().sheets.len(), 2);
    }
}

type Parts = Vec<(String, Vec<u8>)>;

fn unpacked(content: &[u8]) -> Parts {
    let mut archive = zip::ZipArchive::new(Cursor::new(content)).unwrap();
    (0..archive.len())
        .map(|position| {
            let mut part = archive.by_index(position).unwrap();
            let mut bytes = Vec::new();
            part.read_to_end(&mut bytes).unwrap();
            (part.name().unwrap().into_owned(), bytes)
        })
        .collect()
}

fn part<'a>(parts: &'a Parts, name: &str) -> &'a str {
    let found = parts.iter().find(|(known, _)| known == name);
    std::str::from_utf8(&found.unwrap_or_else(|| panic!("no {name}")).1).unwrap()
}

fn edited(content: &[u8], name: &str, edit: impl Fn(&str) -> String) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (known, bytes) in unpacked(content) {
        archive
            .start_file(known.as_str(), zip::write::SimpleFileOptions::default())
            .unwrap();
        let bytes = if known == name {
            edit(std::str::from_utf8(&bytes).unwrap()).into_bytes()
        } else {
            bytes
        };
        archive.write_all(&bytes).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

/// A cell that is wrong in every mood.
fn fault(random: &mut StdRng) -> (usize, String) {
    let faults: [(usize, &[&str]); 6] = [
        (
            0,
            &["", "A", "张3", "很长很长很长很长很长很长很长很长很长很长很长的名字"],
        ),
        (1, &[""]),
        (2, &["", "老师", "99"]),
        (3, &["", "不知道"]),
        (4, &["", "12565847089", "1381234", "电话"]),
        (6, &["2021-02-30", "昨天", "2099-01-01"]),
    ];
    let (column, texts) = faults[random.random_range(0..faults.len())];
    (column, (*texts.choose(random).unwrap()).to_owned())
}

#[tokio::test]
async fn every_fault_is_found_at_its_cell_and_nothing_else() {
    let world = World::new(stores()[0]).await;
    let village = world.actor(VILLAGE).await;
    let mut random = StdRng::seed_from_u64(20_210_811);
    for round in 0..12 {
        let people = random.random_range(1..160);
        // Columns in any order, rows above and below.
        let mut order: Vec<usize> = (0..HEADS.len()).collect();
        order.shuffle(&mut random);
        let mut rows: Vec<Vec<String>> = Vec::new();
        for _ in 0..random.random_range(0..4) {
            rows.push(vec!["人员名单".to_owned()]);
        }
        let first = rows.len() + 1;
        rows.push(order.iter().map(|column| HEADS[*column].to_owned()).collect());
        let mut wrong: BTreeSet<(u32, String)> = BTreeSet::new();
        for number in 0..people {
            let mut row = person(round * 1_000 + number);
            if random.random_bool(0.2) {
                let (column, text) = fault(&mut random);
                row[column] = text;
                wrong.insert(((first + number + 1) as u32, HEADS[column].to_owned()));
            }
            rows.push(order.iter().map(|column| row[*column].clone()).collect());
        }
        let view = looked(&village, &workbook(&rows)).await;
        let found: BTreeSet<(u32, String)> = view
            .faults
            .iter()
            .map(|(row, column, _)| (*row, column.clone()))
            .collect();
        assert_eq!(found, wrong, "round {round}");
        assert_eq!(view.rows - view.refused, people - wrong.len(), "round {round}");
    }
    assert_eq!(count(&village).await, 0);
}

#[tokio::test]
async fn a_template_is_made_for_its_account_and_an_older_one_is_mapped() {
    let world = World::new(stores()[0]).await;
    let village = world.actor(VILLAGE).await;
    let blank = village.open("natural_villages", "", "new").await.unwrap();
    village
        .save("natural_villages", &blank.id, 0, "k", &draft(&[("name", "马坡村")]))
        .await
        .unwrap();
    let answer = village.get("/templates/candidates").await;
    assert_eq!(answer.status, 200);
    let book = reading::read(&answer.body).unwrap();
    let tag = book.tag.clone().unwrap();
    assert_eq!((tag[0].as_str(), tag[2].as_str()), ("candidates", VILLAGE));
    let titles: Vec<String> = book.sheets[0].rows[0]
        .cells
        .iter()
        .map(|(_, cell)| hometown::server::sheets::cells::shown(cell))
        .collect();
    assert_eq!(titles[0], "*人员姓名");
    assert_eq!(titles.len(), 17);
    let parts = unpacked(&answer.body);
    let sheet = part(&parts, "xl/worksheets/sheet1.xml");
    assert!(
        sheet.contains("<sheetProtection") && sheet.contains("'代码'!$B$2:$B$59"),
        "locked head, a list of 58 groups"
    );
    assert!(part(&parts, "xl/sharedStrings.xml").contains("马坡村"));
    let empty = looked(&village, &answer.body).await;
    assert_eq!(
        (empty.phase, empty.problem.as_str()),
        (Phase::Failed, "“人员摸排”中没有填写内容")
    );

    // The same template of an earlier version: fewer columns, another tag. It is read all the same.
    let older = edited(&answer.body, "xl/sharedStrings.xml", |xml| {
        xml.replace(&tag[1], "000000000000")
    });
    assert_eq!(looked(&village, &older).await.problem, "“人员摸排”中没有填写内容");
    let other = edited(&answer.body, "xl/sharedStrings.xml", |xml| {
        xml.replace("<t>candidates</t>", "<t>training</t>")
    });
    assert!(
        looked(&village, &other)
            .await
            .problem
            .starts_with("这是“培训学习”的模板")
    );
    let lacking = workbook(&[
        vec!["姓名".to_owned(), "电话".to_owned()],
        vec!["张三".to_owned(), "13812348000".to_owned()],
    ]);
    assert_eq!(
        looked(&village, &lacking).await.problem,
        "“Sheet1”缺少必填的列：人员类别、政治面貌"
    );

    // Nobody else imports, and nobody sees another's import.
    let view = looked(&village, &workbook(&[heads(), person(1)])).await;
    for key in ["530102010", "530102-zr", "53-zr", "sys-01"] {
        let other = world.actor(key).await;
        assert_eq!(
            send(&other, &workbook(&[heads(), person(1)])).await.status,
            404,
            "{key}"
        );
        assert_eq!(other.get("/templates/candidates").await.status, 404, "{key}");
    }
    let neighbour = world.actor("530102010001").await;
    for function in ["import_status", "start_import"] {
        let foreign: Result<ImportView, _> = neighbour.call(function, json!({ "import": view.id })).await;
        assert_eq!(foreign.unwrap_err(), AppError::NotFound, "{function}");
    }
    assert_eq!(neighbour.get(&format!("/imports/{}/marked", view.id)).await.status, 404);
    assert_eq!(world.stranger().get("/templates/candidates").await.status, 401);

    // A completed step is closed, for a dry run that was made before too.
    village
        .call::<ImportView>("start_import", json!({ "import": view.id }))
        .await
        .unwrap();
    ended(&village, view).await;
    let late = looked(&village, &workbook(&[heads(), person(2)])).await;
    let set = json!({ "step": "candidate_search", "region": null, "year": "", "done": true, "reason": "" });
    village.call::<()>("set_switch", set).await.unwrap();
    let closed: Result<ImportView, _> = village.call("start_import", json!({ "import": late.id })).await;
    assert!(matches!(closed, Err(AppError::Conflict(_))), "{closed:?}");
    assert_eq!(send(&village, &workbook(&[heads(), person(3)])).await.status, 409);
}

#[tokio::test]
async fn hostile_workbooks_are_refused_with_a_reason() {
    let world = World::new(stores()[0]).await;
    let village = world.actor(VILLAGE).await;
    let sound = workbook(&[heads(), person(1)]);
    let entity = edited(&sound, "xl/workbook.xml", |xml| {
        xml.replacen(
            "<workbook",
            "<!DOCTYPE w [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><workbook",
            1,
        )
    });
    let bomb = edited(&sound, "xl/worksheets/sheet1.xml", |_| " ".repeat(80 * 1024 * 1024));
    let hostile: [(&str, Vec<u8>, &str); 5] = [
        ("entity", entity, "外部实体"),
        ("bomb", bomb, "太大"),
        (
            "encrypted",
            [&[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1][..], &[0; 2_000]].concat(),
            "已加密",
        ),
        ("text", b"name,phone".to_vec(), "不是 xlsx"),
        ("cut", sound[..sound.len() / 2].to_vec(), "损坏"),
    ];
    for (name, content, why) in hostile {
        let view = looked(&village, &content).await;
        assert_eq!(view.phase, Phase::Failed, "{name}");
        assert!(view.problem.contains(why), "{name}: {}", view.problem);
    }
    // Text that looks like a formula stays text, on the way in and out.
    let mut row = person(1);
    row[1] = "=cmd|'/c calc'!A1".to_owned();
    let view = looked(&village, &workbook(&[heads(), row])).await;
    stored(&village, &view).await;
    let export = village.get("/exports/candidates").await;
    let parts = unpacked(&export.body);
    assert!(!part(&parts, "xl/worksheets/sheet1.xml").contains("<f>"));
    let view: hometown::api::records::DeskView = village
        .call(
            "desk_page",
            json!({ "page": "candidates", "tab": "", "query": ListQuery::default() }),
        )
        .await
        .unwrap();
    assert!(view.lines[0].cells.iter().any(|cell| cell == "=cmd|'/c calc'!A1"));
    // What says who took the list out is no row of it, should it come back.
    let back = looked(&village, &export.body).await;
    assert_eq!(back.rows as i64, view.total, "{back:?}");
}
