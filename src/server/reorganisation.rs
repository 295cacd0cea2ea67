//! Changes of the division tree by the system administrator (S9.2, F-27): each is tried by doing it and taking it back, and
//! carried out in one transaction with its succession and its audit line. Access changes with the next request, because an
//! account's region is read with every one (`security.md` A24); what was decided stays with its records.

use super::authorize::{Permit, to_govern};
use super::db::audits::{Change as Changed, Line};
use super::db::regions::NewRegion;
use super::db::reorganisation::{self as store, Change};
use super::db::{self, Connection};
use super::divisions::{initials, search_text};
use super::session::Signed;
use super::standard_accounts::display_name;
use super::state::App;
use super::{hamlets, terms};
use crate::api::divisions::{ChangeKind, ChangeLine, ChangePlan, DivisionLine, DivisionsView, RegionChange};
use crate::domain::audit::Act;
use crate::domain::date::is_date;
use crate::domain::query::ListQuery;
use crate::domain::region::{Level, Region, aliases, short_name};
use crate::error::AppError;
use std::collections::BTreeSet;

/// Changes of the history that the page shows.
const CHANGES: usize = 50;

/// What a change is carried out with.
struct Doing<'a> {
    app: &'a App,
    permit: &'a Permit,
    change: &'a RegionChange,
    day: String,
    now: String,
    plan: ChangePlan,
}

/// Changes a division. Without `stores` it is only tried.
pub async fn change(app: &App, signed: &Signed, change: &RegionChange, stores: bool) -> Result<ChangePlan, AppError> {
    let permit = to_govern(signed)?;
    let day = match change.valid_on.trim() {
        "" => app.clock.today(),
        day if !is_date(day) => return Err(AppError::at("valid_on", "请选择生效日期")),
        day if terms::is_ahead(&app.clock, day) => {
            return Err(AppError::at("valid_on", "生效日期不能晚于今天：区划调整保存后立即生效"));
        }
        day => day.to_owned(),
    };
    if change.note.chars().count() > 200 {
        return Err(AppError::at("note", "最多 200 个字"));
    }
    let mut tx = app.store.begin_in_turn("divisions").await?;
    let known = store::find(&mut tx, &change.region).await?;
    let (name, _, kind, _) = known.filter(|(.., lives)| *lives).ok_or(AppError::NotFound)?;
    if change.region.level() == Level::NaturalVillage {
        return Err(AppError::NotFound);
    }
    store::lock(&mut tx, &change.region, app.store.is_postgres()).await?;
    let mut doing = Doing {
        app,
        permit: &permit,
        change,
        day,
        now: app.clock.now(),
        plan: ChangePlan::default(),
    };
    match change.kind {
        ChangeKind::Rename => doing.rename(&mut tx, &name, &kind).await?,
        ChangeKind::Alias => doing.alias(&mut tx, &name).await?,
        ChangeKind::DropAlias => doing.drop_alias(&mut tx, &name).await?,
        ChangeKind::Plan => doing.set_planned(&mut tx).await?,
        ChangeKind::Move => doing.relocate(&mut tx, &name).await?,
        ChangeKind::Merge => doing.merge(&mut tx, &name).await?,
        ChangeKind::Split => doing.split(&mut tx, &name, &kind).await?,
        ChangeKind::Create => doing.create(&mut tx).await?,
        ChangeKind::Abolish => doing.abolish(&mut tx, &name).await?,
    }
    let mut plan = doing.plan;
    if stores {
        db::terms::touch(&mut tx, "divisions").await?;
        tx.commit().await?;
        terms::reload(app).await?;
        plan.done = true;
    } else {
        tx.rollback().await?;
    }
    Ok(plan)
}

impl Doing<'_> {
    fn region(&self) -> &Region {
        &self.change.region
    }

    /// The names that were typed, each one sound.
    fn names(&self) -> Result<Vec<String>, AppError> {
        let names = self.change.name.split(['、', ',', '，', '\n']).map(str::trim);
        let names: Vec<String> = names.filter(|name| !name.is_empty()).map(str::to_owned).collect();
        let sound = |name: &String| {
            let letters = name.chars().count();
            let fits = |letter: char| letter.is_alphanumeric() || matches!(letter, '（' | '）' | '(' | ')' | '·');
            (2..=40).contains(&letters) && name.chars().all(fits)
        };
        if names.is_empty() || !names.iter().all(sound) {
            return Err(AppError::at("name", "请输入 2–40 个字的名称，不含空格和符号"));
        }
        Ok(names)
    }

    fn one_name(&self) -> Result<String, AppError> {
        let mut names = self.names()?;
        match names.len() {
            1 => Ok(names.remove(0)),
            _ => Err(AppError::at("name", "请只输入一个名称")),
        }
    }

    async fn count(&mut self, tx: &mut Connection, region: &Region, is_alone: bool) -> Result<(), AppError> {
        let held = store::held(tx, region, is_alone).await?;
        let numbers = [
            ("区划", held.divisions),
            ("账号", held.accounts),
            ("已完成的环节", held.completions),
            ("附件", held.attachments),
        ];
        let numbers = numbers
            .into_iter()
            .chain(held.records)
            .filter(|(_, number)| *number > 0);
        for (title, number) in numbers {
            match self.plan.counts.iter_mut().find(|(known, _)| known == title) {
                Some((_, sum)) => *sum += number,
                None => self.plan.counts.push((title.to_owned(), number)),
            }
        }
        Ok(())
    }

    /// Keeps a line of the succession, and one of the log.
    async fn note(
        &self,
        tx: &mut Connection,
        kind: ChangeKind,
        (from, to): (&str, &str),
        said: &str,
        changes: &[Changed],
    ) -> Result<(), AppError> {
        let note = match self.change.note.trim() {
            "" => said.to_owned(),
            number => format!("{said}（{number}）"),
        };
        let change = Change {
            kind: kind.key().to_owned(),
            from: from.to_owned(),
            to: to.to_owned(),
            note: note.clone(),
            valid_on: self.day.clone(),
            by: String::new(),
            at: self.now.clone(),
        };
        store::note(&mut *tx, &change, self.permit.account()).await?;
        let place = Region::parse(if to.is_empty() { from } else { to });
        let line = Line {
            account: Some(self.permit.account()),
            act: Act::ChangeDivision,
            region: place.as_ref(),
            record: None,
            step: None,
            opinion: &note,
            changes,
            address: self.permit.address(),
            now: &self.now,
        };
        Ok(db::audits::write(tx, &line).await?)
    }

    /// Gives a division its names; those that it had still find it.
    async fn call(&self, tx: &mut Connection, region: &Region, name: &str) -> Result<(), AppError> {
        let level = region.level();
        let others = store::names(&mut *tx, region).await?;
        let mut search = search_text(level, name);
        for (other, _) in others {
            for word in search_text(level, &other).split(' ') {
                if !search.split(' ').any(|known| known == word) {
                    search.push(' ');
                    search.push_str(word);
                }
            }
        }
        let short = short_name(level, name);
        Ok(store::set_names(tx, region, name, &short, &search, &initials(&short)).await?)
    }

    async fn is_named_beside(&self, tx: &mut Connection, parent: &Region, name: &str) -> Result<bool, AppError> {
        for sibling in store::children(&mut *tx, parent).await? {
            if store::find(&mut *tx, &sibling)
                .await?
                .is_some_and(|(known, ..)| known == name)
            {
                return Ok(true);
            }
        }
        Ok(false)
    }

    async fn rename(&mut self, tx: &mut Connection, old: &str, kind: &str) -> Result<(), AppError> {
        let (region, name) = (self.region().clone(), self.one_name()?);
        if name == old {
            return Err(AppError::at("name", "新名称与原名称相同"));
        }
        if let Some(parent) = region.parent()
            && self.is_named_beside(&mut *tx, &parent, &name).await?
        {
            return Err(AppError::at("name", "同一上级下已有同名区划"));
        }
        store::add_name(&mut *tx, &region, old, Some(&self.day)).await?;
        self.call(&mut *tx, &region, &name).await?;
        let level = region.level();
        // 村改居 (spec S9.2): another ending is another sort of village, and its account is called accordingly.
        let sort = sort_of(level, &name).unwrap_or(kind);
        if sort != kind {
            store::set_kind(&mut *tx, &region, sort).await?;
        }
        for (id, own) in store::account_names(&mut *tx, &region).await? {
            if let Some(renamed) = renamed(&own, (level, old, &name), (kind, sort)) {
                db::accounts::set_name(&mut *tx, &id, &renamed).await?;
                self.plan.sentences.push(format!("账号“{own}”改称“{renamed}”"));
            }
        }
        self.plan.sentences.insert(
            0,
            format!("“{old}”更名为“{name}”，原名称作为别名保留，仍可用于查找和登录"),
        );
        self.plan.region = Some(region.clone());
        let changes = [Changed {
            field: "名称".to_owned(),
            old: old.to_owned(),
            new: name.clone(),
        }];
        let said = format!("{old}更名为{name}");
        self.note(tx, ChangeKind::Rename, (region.code(), region.code()), &said, &changes)
            .await
    }

    async fn alias(&mut self, tx: &mut Connection, name: &str) -> Result<(), AppError> {
        let region = self.region().clone();
        let alias = self.one_name()?;
        store::add_name(&mut *tx, &region, &alias, None).await?;
        self.call(&mut *tx, &region, name).await?;
        self.plan.sentences.push(format!("“{name}”可按别名“{alias}”查找"));
        self.plan.region = Some(region.clone());
        let said = format!("{name}添加别名{alias}");
        self.note(tx, ChangeKind::Alias, (region.code(), region.code()), &said, &[])
            .await
    }

    /// A name that was added by mistake goes; one that the division has had stays, for records and people still use it.
    async fn drop_alias(&mut self, tx: &mut Connection, name: &str) -> Result<(), AppError> {
        let region = self.region().clone();
        let alias = self.change.name.trim().to_owned();
        if !store::drop_name(&mut *tx, &region, &alias).await? {
            return Err(AppError::at("name", "请选择要删除的别名"));
        }
        self.call(&mut *tx, &region, name).await?;
        self.plan.sentences.push(format!("“{name}”不再按别名“{alias}”查找"));
        self.plan.region = Some(region.clone());
        let said = format!("{name}删除别名{alias}");
        self.note(tx, ChangeKind::DropAlias, (region.code(), region.code()), &said, &[])
            .await
    }

    async fn set_planned(&mut self, tx: &mut Connection) -> Result<(), AppError> {
        let (region, planned) = (self.region().clone(), self.change.flag);
        if region.level() != Level::Village {
            return Err(AppError::at("kind", "只有行政村(社区)可以调整是否纳入规划"));
        }
        let word = |planned: bool| if planned { "是" } else { "否" }.to_owned();
        let was = self
            .app
            .divisions
            .find(&region)
            .is_some_and(|division| division.planned);
        db::regions::set_planned(&mut *tx, &region, planned).await?;
        self.count(&mut *tx, &region, false).await?;
        self.plan
            .sentences
            .push(format!("是否纳入规划：{} → {}", word(was), word(planned)));
        self.plan.region = Some(region.clone());
        let changes = [Changed {
            field: "是否纳入规划".to_owned(),
            old: word(was),
            new: word(planned),
        }];
        let said = format!("是否纳入规划改为{}", word(planned));
        self.note(tx, ChangeKind::Plan, (region.code(), region.code()), &said, &changes)
            .await
    }

    /// A division by the code that was typed, alive and of that level.
    async fn target(&self, tx: &mut Connection, level: Level) -> Result<Region, AppError> {
        let wrong = || AppError::at("target", format!("请选择{}", level.title()));
        let target = Region::parse(self.change.target.trim()).filter(|target| target.level() == level);
        let target = target.ok_or_else(wrong)?;
        let lives = store::find(&mut *tx, &target).await?.is_some_and(|(.., lives)| lives);
        store::lock(tx, &target, self.app.store.is_postgres()).await?;
        lives.then_some(target).ok_or_else(wrong)
    }

    /// The code of a division under a parent: the one that was typed, or the next free one of its kind after `like`.
    async fn code(&self, tx: &mut Connection, parent: &Region, like: &str) -> Result<Region, AppError> {
        let used = store::used_below(tx, parent).await?;
        let typed = self.change.code.trim();
        if typed.is_empty() {
            return next_code(parent, like, &used);
        }
        let level = parent.level().below();
        let region = Region::parse(typed).filter(|region| region.parent().as_ref() == Some(parent));
        let region = region.filter(|region| Some(region.level()) == level);
        let region = region.ok_or_else(|| {
            let digits = level.map_or(0, Level::digits);
            AppError::at("code", format!("请输入以 {parent} 开头的 {digits} 位代码"))
        })?;
        if used.contains(region.code()) {
            return Err(AppError::at("code", "该代码已使用过，代码不重复使用"));
        }
        Ok(region)
    }

    async fn relocate(&mut self, tx: &mut Connection, name: &str) -> Result<(), AppError> {
        let from = self.region().clone();
        let parent = from
            .parent()
            .filter(|parent| parent.level() > Level::Province || from.level() == Level::City);
        let own = parent.ok_or(AppError::NotFound)?;
        let parent = self.target(&mut *tx, own.level()).await?;
        if parent == own && self.change.code.trim().is_empty() {
            return Err(AppError::at("target", "已隶属于该区划；仅变更代码时请填写新代码"));
        }
        if parent != own && self.is_named_beside(&mut *tx, &parent, name).await? {
            return Err(AppError::at("target", "新的上级下已有同名区划，请先更名"));
        }
        let to = self.code(&mut *tx, &parent, from.code()).await?;
        self.count(&mut *tx, &from, false).await?;
        self.shift(&mut *tx, &from, &to).await?;
        let path = self.app.divisions.path(&parent);
        self.plan
            .sentences
            .push(format!("“{name}”（{from}）调整到“{path}”，新代码 {to}"));
        self.plan
            .sentences
            .push("账号、填报内容、附件随之调整；原上级立即失去查看权限，新上级立即可见；审核记录保留".to_owned());
        self.plan.region = Some(to.clone());
        self.carried(tx, ChangeKind::Move, name, &from, &to).await
    }

    /// Gives a subtree another code, with a line of the succession.
    async fn shift(&self, tx: &mut Connection, from: &Region, to: &Region) -> Result<(), AppError> {
        Ok(store::move_codes(tx, from, to, &self.day).await?)
    }

    async fn carried(
        &self,
        tx: &mut Connection,
        kind: ChangeKind,
        name: &str,
        from: &Region,
        to: &Region,
    ) -> Result<(), AppError> {
        let changes = [Changed {
            field: "代码".to_owned(),
            old: from.official(),
            new: to.official(),
        }];
        let said = match kind {
            ChangeKind::Merge => format!("{name}（{from}）并入 {to}"),
            _ => format!("{name}由 {from} 调整为 {to}"),
        };
        self.note(tx, kind, (from.code(), to.code()), &said, &changes).await
    }

    async fn merge(&mut self, tx: &mut Connection, name: &str) -> Result<(), AppError> {
        let from = self.region().clone();
        if !matches!(from.level(), Level::Township | Level::Village) {
            return Err(AppError::at("kind", "只能合并乡镇(街道)或行政村(社区)"));
        }
        let into = self.target(&mut *tx, from.level()).await?;
        if into == from {
            return Err(AppError::at("target", "不能并入自身"));
        }
        self.count(&mut *tx, &from, false).await?;
        let (target, ..) = store::find(&mut *tx, &into).await?.ok_or(AppError::NotFound)?;
        match from.level() {
            Level::Township => self.hand_over_villages(&mut *tx, &from, &into, name).await?,
            _ => self.hand_over_hamlets(&mut *tx, &from, &into, name).await?,
        }
        let shut = store::shut_accounts(&mut *tx, &from, &self.now).await?;
        let (old_names, aside) = {
            let names = store::names(&mut *tx, &from).await?;
            (names, store::join(&mut *tx, &from, &into, &self.now).await?)
        };
        for (form, record) in &aside {
            let line = Line {
                account: Some(self.permit.account()),
                act: Act::Merge,
                region: Some(&from),
                record: Some((form, record)),
                step: None,
                opinion: "区划合并：并入方已有同类内容，本条留存备查",
                changes: &[],
                address: self.permit.address(),
                now: &self.now,
            };
            db::audits::write(&mut *tx, &line).await?;
        }
        store::end(&mut *tx, &from, &self.day).await?;
        for (other, ended) in old_names {
            store::add_name(&mut *tx, &into, &other, ended.as_deref()).await?;
        }
        store::add_name(&mut *tx, &into, name, Some(&self.day)).await?;
        self.call(&mut *tx, &into, &target).await?;
        self.plan.sentences.insert(
            0,
            format!("“{name}”（{from}）并入“{target}”（{into}），其下级、填报内容和附件随之并入"),
        );
        self.plan
            .sentences
            .push(format!("停用“{name}”的账号 {shut} 个；已完成的环节以并入方为准"));
        if !aside.is_empty() {
            let said = format!(
                "每村（乡镇）一份的内容以并入方为准，“{name}”的 {} 条留存备查",
                aside.len()
            );
            self.plan.sentences.push(said);
        }
        self.plan.region = Some(into.clone());
        self.carried(tx, ChangeKind::Merge, name, &from, &into).await
    }

    /// The villages of a township, each under a code of the other one.
    async fn hand_over_villages(
        &mut self,
        tx: &mut Connection,
        from: &Region,
        into: &Region,
        name: &str,
    ) -> Result<(), AppError> {
        for village in store::children(&mut *tx, from).await? {
            let (called, ..) = store::find(&mut *tx, &village).await?.ok_or(AppError::NotFound)?;
            let used = store::used_below(&mut *tx, into).await?;
            let to = next_code(into, village.code(), &used)?;
            let is_double = self.is_named_beside(&mut *tx, into, &called).await?;
            self.shift(&mut *tx, &village, &to).await?;
            if is_double {
                let told_apart = format!("{called}（{}）", short_name(from.level(), name));
                store::add_name(&mut *tx, &to, &called, Some(&self.day)).await?;
                self.call(&mut *tx, &to, &told_apart).await?;
                self.plan.sentences.push(format!("“{called}”重名，改称“{told_apart}”"));
            }
            self.plan.sentences.push(format!("{called}：{village} → {to}"));
            self.carried(&mut *tx, ChangeKind::Move, &called, &village, &to).await?;
        }
        Ok(())
    }

    /// The natural villages of a village, each under a number of the other one.
    async fn hand_over_hamlets(
        &mut self,
        tx: &mut Connection,
        from: &Region,
        into: &Region,
        name: &str,
    ) -> Result<(), AppError> {
        let theirs = store::natural_villages(&mut *tx, into).await?;
        let first = theirs.iter().map(|(_, _, number, _)| *number).max().unwrap_or(0) + 1;
        let mut taken: BTreeSet<String> = theirs
            .into_iter()
            .filter(|(.., lives)| *lives)
            .map(|(_, name, ..)| name)
            .collect();
        let ours = store::natural_villages(&mut *tx, from).await?;
        for (next, (id, called, number, lives)) in (first..).zip(ours) {
            let full = || AppError::Conflict("合并后自然村超过 999 个，不能合并".to_owned());
            let place = |village: &Region, number: i64| Region::parse(&format!("{village}{number:03}"));
            let (Some(old), Some(new)) = (place(from, number), place(into, next).filter(|_| next <= 999)) else {
                return Err(full());
            };
            let told_apart = match lives && !taken.insert(called.clone()) {
                true => {
                    let told_apart = format!("{called}（{}）", short_name(Level::Village, name));
                    self.plan
                        .sentences
                        .push(format!("自然村“{called}”重名，改称“{told_apart}”"));
                    told_apart
                }
                false => called.clone(),
            };
            if store::find(&mut *tx, &old).await?.is_some() {
                self.shift(&mut *tx, &old, &new).await?;
                self.carried(&mut *tx, ChangeKind::Move, &called, &old, &new).await?;
            }
            store::renumber(&mut *tx, &id, next, &told_apart).await?;
            if let Some(account) = db::accounts::of_contract(&mut *tx, &id).await? {
                let account = account.account;
                db::accounts::set_name(&mut *tx, &account.id, &told_apart).await?;
                if account.login_key != account.id {
                    let key = hamlets::login_key(into, &told_apart);
                    db::accounts::set_login_key(&mut *tx, &account.id, &key).await?;
                }
            }
        }
        Ok(())
    }

    async fn split(&mut self, tx: &mut Connection, name: &str, kind: &str) -> Result<(), AppError> {
        let (from, names) = (self.region().clone(), self.names()?);
        if !matches!(from.level(), Level::Township | Level::Village) {
            return Err(AppError::at("kind", "只能拆分乡镇(街道)或行政村(社区)"));
        }
        if !self.change.flag && names.len() < 2 {
            return Err(AppError::at(
                "name",
                "原区划撤销时请至少输入两个新名称，用顿号隔开；第一个承接原有内容",
            ));
        }
        let parent = from.parent().ok_or(AppError::NotFound)?;
        let distinct: BTreeSet<&String> = names.iter().collect();
        if distinct.len() < names.len() {
            return Err(AppError::at("name", "名称重复"));
        }
        self.count(&mut *tx, &from, false).await?;
        for (position, new) in names.iter().enumerate() {
            let is_own = new == name;
            if self.is_named_beside(&mut *tx, &parent, new).await? && (!is_own || self.change.flag) {
                return Err(AppError::at("name", format!("同一上级下已有“{new}”")));
            }
            let used = store::used_below(&mut *tx, &parent).await?;
            let to = next_code(&parent, from.code(), &used)?;
            let inherits = position == 0 && !self.change.flag;
            if inherits {
                self.shift(&mut *tx, &from, &to).await?;
                store::add_name(&mut *tx, &to, name, Some(&self.day)).await?;
                self.call(&mut *tx, &to, new).await?;
                self.plan.region = Some(to.clone());
                self.carried(&mut *tx, ChangeKind::Move, name, &from, &to).await?;
            } else {
                self.found(&mut *tx, &to, new, kind).await?;
                let said = format!("{name}（{from}）拆分出{new}（{to}）");
                self.note(&mut *tx, ChangeKind::Split, (from.code(), to.code()), &said, &[])
                    .await?;
            }
            let role = if inherits {
                "承接原有下级、账号和填报内容"
            } else {
                "从空白开始"
            };
            self.plan.sentences.push(format!("“{new}”，代码 {to}：{role}"));
        }
        if self.change.flag {
            self.plan.sentences.push(format!("“{name}”保留，内容不变"));
            self.plan.region = Some(from);
        }
        Ok(())
    }

    /// A new division, with the QR code of a village.
    async fn found(&self, tx: &mut Connection, region: &Region, name: &str, kind: &str) -> Result<(), AppError> {
        let level = region.level();
        let short = short_name(level, name);
        let row = NewRegion {
            region: region.clone(),
            name: name.to_owned(),
            search: search_text(level, name),
            initials: initials(&short),
            short,
            kind: sort_of(level, name).unwrap_or(kind).to_owned(),
            planned: true,
        };
        db::regions::upsert(&mut *tx, std::slice::from_ref(&row)).await?;
        store::set_valid_from(&mut *tx, region, &self.day).await?;
        if level == Level::Village {
            let token = super::registration::token();
            db::registration_codes::make(tx, &[(region.clone(), token)], &self.now).await?;
        }
        Ok(())
    }

    async fn create(&mut self, tx: &mut Connection) -> Result<(), AppError> {
        let (parent, name) = (self.region().clone(), self.one_name()?);
        let level = parent.level().below().filter(|level| *level < Level::NaturalVillage);
        let level = level.ok_or_else(|| AppError::at("kind", "自然村请在“自然村名录”登记"))?;
        if self.is_named_beside(&mut *tx, &parent, &name).await? {
            return Err(AppError::at("name", "该上级下已有同名区划"));
        }
        // 居委会 are counted from 001, 村委会 from 200; so are 街道, 镇 from 100 and 乡 from 200.
        let first = match level {
            Level::Village if name.ends_with("村民委员会") || name.ends_with('村') => "200",
            Level::Township if name.ends_with('镇') => "100",
            Level::Township if name.ends_with('乡') => "200",
            Level::Village | Level::Township => "001",
            _ => "01",
        };
        let to = self.code(&mut *tx, &parent, first).await?;
        self.found(&mut *tx, &to, &name, "").await?;
        self.plan.sentences.push(format!(
            "在“{}”下新增“{name}”，代码 {to}",
            self.app.divisions.path(&parent)
        ));
        self.plan
            .sentences
            .push("新区划没有账号，请在“账号管理”新增".to_owned());
        self.plan.region = Some(to.clone());
        let said = format!("新增{name}（{to}）");
        self.note(tx, ChangeKind::Create, ("", to.code()), &said, &[]).await
    }

    async fn abolish(&mut self, tx: &mut Connection, name: &str) -> Result<(), AppError> {
        let region = self.region().clone();
        if region.level() < Level::County {
            return Err(AppError::at("kind", "只能撤销县级及以下的区划"));
        }
        self.count(&mut *tx, &region, false).await?;
        let holds: Vec<String> = self
            .plan
            .counts
            .iter()
            .filter(|(title, _)| title != "账号" && title != "区划")
            .map(|(title, number)| format!("{title} {number}"))
            .collect();
        if !store::children(&mut *tx, &region).await?.is_empty() {
            return Err(AppError::Conflict(
                "还有下级区划，不能撤销，请先合并或调整隶属".to_owned(),
            ));
        }
        if !holds.is_empty() {
            return Err(AppError::Conflict(format!(
                "“{name}”已有内容（{}），不能撤销，请使用合并",
                holds.join("、")
            )));
        }
        let shut = store::shut_accounts(&mut *tx, &region, &self.now).await?;
        store::close(&mut *tx, &region, &self.day).await?;
        self.plan
            .sentences
            .push(format!("撤销“{name}”（{region}），停用账号 {shut} 个"));
        let said = format!("撤销{name}（{region}）");
        self.note(tx, ChangeKind::Abolish, (region.code(), ""), &said, &[])
            .await
    }
}

/// The next free code under a parent: that of `like` where it is free, else the next one of the same kind.
fn next_code(parent: &Region, like: &str, used: &BTreeSet<String>) -> Result<Region, AppError> {
    let digits = parent.level().below().map_or(0, Level::digits) - parent.code().len();
    let tail = &like[like.len().saturating_sub(digits)..];
    let number: u32 = tail.parse().unwrap_or(1).max(1);
    let most = 10_u32.pow(digits as u32);
    // A kind is a run of hundreds: 居委会 001–199, 村委会 200–399, the like of them above.
    let band = |number: u32| match number {
        _ if digits < 3 => 0,
        0..=199 => 0,
        200..=399 => 1,
        _ => 2,
    };
    let candidates = (number..most).chain(1..number);
    let mut free = candidates
        .filter(|candidate| band(*candidate) == band(number))
        .map(|candidate| format!("{parent}{candidate:0digits$}"))
        .filter(|code| !used.contains(code));
    let code = free.next().and_then(|code| Region::parse(&code));
    code.ok_or_else(|| AppError::at("target", "该区划下同类代码已用完"))
}

/// The sort of a village, as the ending of its name says it.
fn sort_of(level: Level, name: &str) -> Option<&'static str> {
    match level {
        Level::Village if name.ends_with("居民委员会") || name.ends_with("社区") => Some("居委会"),
        Level::Village if name.ends_with("村民委员会") => Some("村委会"),
        _ => None,
    }
}

/// What an account is called after its division was renamed, where its name came from that.
fn renamed(own: &str, (level, old, new): (Level, &str, &str), (kind, sort): (&str, &str)) -> Option<String> {
    let kinds = crate::domain::account::AccountKind::ALL;
    for account in kinds.into_iter().filter(|kind| kind.level() == level) {
        if own == display_name(account, level, old, kind) {
            return Some(display_name(account, level, new, sort));
        }
    }
    let names = |name: &str| {
        let mut names = vec![name.to_owned(), short_name(level, name)];
        names.extend(aliases(level, name));
        names
    };
    let position = names(old).iter().position(|name| name == own)?;
    let new = names(new);
    new.get(position).or(new.first()).cloned()
}

/// 行政区划
pub async fn list(app: &App, signed: &Signed, query: &ListQuery) -> Result<DivisionsView, AppError> {
    to_govern(signed)?;
    let province = Region::province();
    let chosen = query
        .region
        .clone()
        .filter(|region| app.divisions.find(region).is_some());
    let within = chosen.clone().unwrap_or_else(|| province.clone());
    let text = query.text.trim();
    let is_ended = query.filters.get("state").is_some_and(|state| state == "ended");
    let all = match text.is_empty() {
        _ if is_ended => Vec::new(),
        true => {
            let own = app.divisions.find(&within).into_iter();
            own.chain(app.divisions.children(&within)).collect()
        }
        false => app.divisions.search(&within, None, text, 500),
    };
    let mut reader = app.store.reader().await?;
    let ended = match is_ended {
        true => store::ended(&mut reader, &within, text).await?,
        false => Vec::new(),
    };
    let total = (all.len() + ended.len()) as i64;
    let from = ((query.page - 1) * query.size).max(0) as usize;
    let mut lines: Vec<DivisionLine> = ended
        .into_iter()
        .skip(from)
        .take(query.size.max(1) as usize)
        .map(|ended| DivisionLine {
            above: ended
                .region
                .parent()
                .map_or(String::new(), |parent| app.divisions.path(&parent)),
            region: ended.region,
            name: ended.name,
            short: ended.short,
            planned: ended.planned,
            names: Vec::new(),
            aliases: Vec::new(),
            valid_from: ended.valid_from,
            valid_to: ended.valid_to,
        })
        .collect();
    let page: Vec<_> = all.into_iter().skip(from).take(query.size.max(1) as usize).collect();
    let codes: Vec<String> = page.iter().map(|division| division.region.code().to_owned()).collect();
    let mut names = store::names_of(&mut reader, &codes).await?;
    let mut since = db::regions::valid_from(&mut reader, &codes).await?;
    for division in page {
        let code = division.region.code();
        let names = names.remove(code).unwrap_or_default();
        let parent = division.region.parent();
        lines.push(DivisionLine {
            above: parent.map_or(String::new(), |parent| app.divisions.path(&parent)),
            name: division.name.clone(),
            short: division.short.clone(),
            planned: division.planned,
            aliases: names
                .iter()
                .filter(|(_, ended)| ended.is_none())
                .map(|(name, _)| name.clone())
                .collect(),
            names: names
                .into_iter()
                .map(|(name, ended)| match ended {
                    Some(day) => format!("{name}（至 {day}）"),
                    None => name,
                })
                .collect(),
            valid_from: since.remove(code).unwrap_or_default(),
            valid_to: String::new(),
            region: division.region.clone(),
        });
    }
    let shown = |code: &str| match Region::parse(code) {
        Some(region) => format!("{} {}", region.official(), app.divisions.short(&region)),
        None => String::new(),
    };
    let changes = store::changes(&mut reader).await?.into_iter().take(CHANGES);
    let changes = changes.map(|change| ChangeLine {
        kind: ChangeKind::from_key(&change.kind).map_or(String::new(), |kind| kind.title().to_owned()),
        from: shown(&change.from),
        to: shown(&change.to),
        note: change.note,
        valid_on: change.valid_on,
        by: format!("{} {}", change.by, super::clock::shown(&change.at)),
    });
    Ok(DivisionsView {
        lines,
        total,
        is_ended,
        cascade: super::records::cascade_of(app, &province, chosen.as_ref(), Level::Township),
        changes: changes.collect(),
        targets: chosen.as_ref().map_or_else(Vec::new, |region| targets(app, region)),
    })
}

/// What a division is mostly merged with or moved to: what stands beside it in its county, and what stands beside that which it
/// belongs to. Others are named by their code.
fn targets(app: &App, region: &Region) -> Vec<(ChangeKind, String, String)> {
    let level = region.level();
    let Some(above) = region.parent() else {
        return Vec::new();
    };
    let around = match level {
        Level::Village => region.at(Level::County),
        _ => above.parent().filter(|around| around.level() >= Level::City),
    };
    let around = around.unwrap_or_else(Region::province);
    let of_level = |level: Level, kind: ChangeKind| {
        let all = app.divisions.below(&around, level);
        let others = all.filter(|one| one.region != *region && one.region != above && one.is_real());
        others
            .map(|one| {
                (
                    kind,
                    one.region.official(),
                    app.divisions.path_below(&around, &one.region),
                )
            })
            .collect::<Vec<_>>()
    };
    let mut targets = Vec::new();
    if matches!(level, Level::Township | Level::Village) {
        targets.extend(of_level(level, ChangeKind::Merge));
    }
    if level > Level::City {
        targets.extend(of_level(above.level(), ChangeKind::Move));
    }
    targets
}
