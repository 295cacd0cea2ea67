//! What the steps of a village have brought about: the files that a reviewer looks at before approving (报审成果), and all of
//! them in one archive.

use super::authorize::to_act;
use super::db::{self, Connection, attachments::Stored};
use super::session::Signed;
use super::state::App;
use crate::domain::form::Form;
use crate::domain::region::Region;
use crate::domain::verb::Verb;
use crate::error::AppError;
use crate::forms::planning::{
    analysis, draft, industry_plan, party_talent_plan, resolution, review_papers, spatial_plan, standardization,
};

/// The forms with results, in the order of their steps.
static WITH_RESULTS: &[&Form] = &[
    &analysis::FORM,
    &spatial_plan::FORM,
    &industry_plan::FORM,
    &party_talent_plan::FORM,
    &draft::FORM,
    &standardization::FORM,
    &review_papers::FORM,
    &resolution::FORM,
];

/// A kept file of a step.
pub struct ResultFile {
    /// Title of the form.
    pub step: &'static str,
    /// Title of the slot.
    pub slot: &'static str,
    /// The file.
    pub file: Stored,
}

/// The results of a village.
pub async fn of_village(connection: &mut Connection, region: &Region) -> Result<Vec<ResultFile>, AppError> {
    let mut results = Vec::new();
    for form in WITH_RESULTS {
        let Some(record) = db::records::find_single(&mut *connection, form, region).await? else {
            continue;
        };
        let files = db::attachments::kept_of(&mut *connection, std::slice::from_ref(&record.id)).await?;
        for (field, _) in form.slots() {
            let of_slot = files.iter().filter(|file| file.attachment.field == field.key);
            results.extend(of_slot.map(|file| ResultFile {
                step: form.title,
                slot: field.title,
                file: file.clone(),
            }));
        }
    }
    Ok(results)
}

/// `name\tstep\tlink` of each.
pub async fn lines(connection: &mut Connection, region: &Region) -> Result<Vec<String>, AppError> {
    let results = of_village(connection, region).await?;
    let lines = results.into_iter().map(|result| {
        let attachment = result.file.attachment;
        format!("{}\t{}\t/files/{}", attachment.name, result.step, attachment.id)
    });
    Ok(lines.collect())
}

/// The results of a village for an archive, for somebody who may look at them: folder and name, and the file.
pub async fn archive(app: &App, signed: &Signed, region: &Region) -> Result<Vec<(String, Stored)>, AppError> {
    let village = super::records::village(app, signed, Some(region))?;
    to_act(signed, Verb::View, &draft::FORM, &village, "", "")?;
    let mut reader = app.store.reader().await?;
    let results = of_village(&mut reader, &village).await?;
    let named = results.into_iter().map(|result| {
        let name = format!("{}/{}", result.step, result.file.attachment.name);
        (name, result.file)
    });
    Ok(named.collect())
}
