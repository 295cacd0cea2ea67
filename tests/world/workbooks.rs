//! Workbooks that people bring.

use hometown::api::workbooks::WorkbookView;
use hometown::error::AppError;
use rust_xlsxwriter::Workbook;

/// Sends a workbook in.
pub async fn bring(
    actor: &super::Actor<'_>,
    page: &str,
    region: &str,
    content: &[u8],
    stores: bool,
) -> Result<WorkbookView, AppError> {
    const LINE: &str = "----hometown-test";
    let mut body = Vec::new();
    if stores {
        body.extend(format!("--{LINE}\r\nContent-Disposition: form-data; name=\"stores\"\r\n\r\n1\r\n").bytes());
    }
    body.extend(
        format!("--{LINE}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"b.xlsx\"\r\n\r\n").bytes(),
    );
    body.extend(content);
    body.extend(format!("\r\n--{LINE}--\r\n").bytes());
    let address = format!("/workbooks/{page}?region={region}");
    let answer = actor
        .post(&address, &format!("multipart/form-data; boundary={LINE}"), body)
        .await;
    if answer.status == 200 {
        Ok(answer.json())
    } else {
        Err(answer.json())
    }
}

/// A workbook of sheets: name, then rows of cells.
pub fn book(sheets: &[(&str, &[&[&str]])]) -> Vec<u8> {
    let mut workbook = Workbook::new();
    for (name, rows) in sheets {
        let sheet = workbook.add_worksheet();
        sheet.set_name(*name).unwrap();
        for (row, cells) in (0..).zip(*rows) {
            for (column, text) in (0..).zip(*cells) {
                sheet.write_string(row, column, *text).unwrap();
            }
        }
    }
    workbook.save_to_buffer().unwrap()
}
