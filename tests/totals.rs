//! Whatever natural villages and their village do, one after the other: the sums that 实地调研 shows are what somebody gets who
//! adds up what the natural villages hold, and its coverage is what somebody counts who asks them one by one (spec §9).

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod world;

use hometown::domain::record::{Draft, Opened};
use hometown::domain::summary::{SummaryTable, TotalsView};
use hometown::domain::value::format_scaled;
use hometown::domain::verb::Verb;
use hometown::steps;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use world::hamlets::{record, settled, token};
use world::{Actor, On, VILLAGE, World, stores};

/// Acts of a run on each store; a cluster takes longer for each.
const ACTS: [(On, usize); 2] = [(On::Sqlite, 300), (On::Postgres, 60)];
/// Who registers, one after the other.
const NAMES: [&str; 5] = ["马坡村", "花椒村", "大石桥", "松毛坡", "白龙潭"];
/// Which sequence is played.
const SEED: u64 = 20_210_901;

/// A sequence that is the same in every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) % sides as u64) as usize
    }

    fn number(&mut self, below: usize) -> i64 {
        self.roll(below) as i64
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> Option<T> {
        (!from.is_empty()).then(|| from[self.roll(from.len())])
    }
}

/// What the village has made of a natural village.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standing {
    Waiting,
    Active,
    Disabled,
}

struct Hamlet<'a> {
    name: &'static str,
    actor: Actor<'a>,
    standing: Standing,
    planned: bool,
}

impl Hamlet<'_> {
    fn counts(&self) -> bool {
        self.planned && self.standing == Standing::Active
    }
}

/// What somebody remembers who looks over everybody's shoulder.
struct Told {
    hamlet: usize,
    form: &'static str,
    id: String,
    version: i64,
    is_returned: bool,
    numbers: BTreeMap<&'static str, i64>,
}

/// The forms whose tabs are added up again.
const FORMS: [&str; 4] = ["population", "homesteads", "buildings", "fire_safety"];

/// The columns of a form's first table: heading, field, decimals.
fn columns(form: &str) -> &'static [(&'static str, &'static str, u32)] {
    match form {
        "population" => &[
            ("户数(户)", "households", 0),
            ("户籍人口(人)", "registered", 0),
            ("常住人口(人)", "resident", 0),
            ("年龄构成(18岁以下)(人)", "minors", 0),
            ("年龄构成(18-60岁)(人)", "adults", 0),
            ("年龄构成(60岁以上)(人)", "elders", 0),
        ],
        "homesteads" => &[
            ("宅基地宗数(宗)", "plots", 0),
            ("宅基地总面积(平方米)", "area", 2),
            ("闲置宅基地面积(平方米)", "idle_area", 2),
        ],
        "buildings" => &[
            ("建筑总栋数(栋)", "total", 0),
            ("框架(栋)", "frame", 0),
            ("砖木(栋)", "brick_timber", 0),
            ("木结构(栋)", "timber", 0),
        ],
        _ => &[
            ("消防水池(个)", "ponds", 0),
            ("消防水池容积(立方米)", "pond_volume", 1),
            ("消防栓(个)", "hydrants", 0),
            ("灭火器(具)", "extinguishers", 0),
            ("微型消防站(个)", "fire_stations", 0),
        ],
    }
}

/// Numbers that no rule objects to. `year` is of the population alone.
fn numbers(form: &str, year: i64, dice: &mut Dice) -> BTreeMap<&'static str, i64> {
    match form {
        "population" => {
            let ages = [dice.number(60), dice.number(200), dice.number(60)];
            let registered: i64 = ages.iter().sum();
            BTreeMap::from([
                ("year", year),
                ("households", registered / 4),
                ("registered", registered),
                ("resident", dice.number(300)),
                ("minors", ages[0]),
                ("adults", ages[1]),
                ("elders", ages[2]),
            ])
        }
        "homesteads" => {
            let area = dice.number(2_000_000);
            BTreeMap::from([
                ("plots", dice.number(90)),
                ("area", area),
                ("idle_area", area / (1 + dice.number(9))),
            ])
        }
        "buildings" => {
            let parts = [dice.number(40), dice.number(40), dice.number(40)];
            BTreeMap::from([
                ("total", parts.iter().sum()),
                ("frame", parts[0]),
                ("brick_timber", parts[1]),
                ("timber", parts[2]),
            ])
        }
        _ => BTreeMap::from([
            ("ponds", dice.number(4)),
            ("pond_volume", dice.number(5_000)),
            ("hydrants", dice.number(9)),
            ("extinguishers", dice.number(60)),
            ("fire_stations", dice.number(2)),
        ]),
    }
}

fn typed(start: &Draft, form: &str, numbers: &BTreeMap<&'static str, i64>) -> Draft {
    let mut draft = start.clone();
    for (field, number) in numbers {
        let column = columns(form).iter().find(|(_, key, _)| key == field);
        draft.set(field, format_scaled(*number, column.map_or(0, |(.., scale)| *scale)));
    }
    if form == "fire_safety" {
        draft.set("lane_clear", "1");
    }
    draft
}

struct Play<'a> {
    world: &'a World,
    village: Actor<'a>,
    token: String,
    hamlets: Vec<Hamlet<'a>>,
    told: Vec<Told>,
    turn: usize,
}

impl<'a> Play<'a> {
    async fn new(world: &'a World) -> Self {
        world.open_step(&steps::FIELD_SURVEY, VILLAGE).await;
        Self {
            world,
            village: world.actor(VILLAGE).await,
            token: token(world, VILLAGE).await,
            hamlets: Vec::new(),
            told: Vec::new(),
            turn: 0,
        }
    }

    /// One act of somebody; what there is nothing to do with is passed over.
    async fn act(&mut self, dice: &mut Dice) -> String {
        self.turn += 1;
        match dice.roll(16) {
            0 | 1 => self.register().await,
            2 => self.judge(dice, Standing::Waiting, Verb::Confirm).await,
            3 => self.judge(dice, Standing::Active, Verb::Disable).await,
            4 | 5 => self.judge(dice, Standing::Disabled, Verb::Enable).await,
            6 => self.plan(dice).await,
            7..=11 => self.tell(dice).await,
            12 | 13 => self.correct(dice).await,
            14 => self.take_away(dice).await,
            _ => self.give_back(dice).await,
        }
    }

    async fn register(&mut self) -> String {
        let Some(name) = NAMES.get(self.hamlets.len()) else {
            return "nobody is left to register".to_owned();
        };
        self.hamlets.push(Hamlet {
            name,
            actor: settled(self.world, &self.token, name).await,
            standing: Standing::Waiting,
            planned: false,
        });
        format!("{name} registers")
    }

    async fn judge(&mut self, dice: &mut Dice, from: Standing, verb: Verb) -> String {
        let waiting: Vec<usize> = self.places(|hamlet| hamlet.standing == from);
        let Some(place) = dice.pick(&waiting) else {
            return format!("nobody to {}", verb.key());
        };
        let name = self.hamlets[place].name;
        let opened = record(self.world, name).await;
        let act = json!({ "act": {
            "form": "natural_villages", "id": opened.id, "version": opened.version, "verb": verb.key(),
            "opinion": "核对", "receiver": "", "pins": {}, "values": {},
        } });
        self.village.call::<()>("decide", act).await.unwrap();
        let hamlet = &mut self.hamlets[place];
        hamlet.planned |= verb == Verb::Confirm;
        hamlet.standing = match verb {
            Verb::Disable => Standing::Disabled,
            _ => Standing::Active,
        };
        if verb == Verb::Enable {
            // Whoever was shut out signs in again.
            hamlet.actor = self.world.actor(&format!("{VILLAGE}/{name}")).await;
        }
        format!("{name}: {}", verb.key())
    }

    /// 是否纳入规划
    async fn plan(&mut self, dice: &mut Dice) -> String {
        let settled: Vec<usize> = self.places(|hamlet| hamlet.standing != Standing::Waiting);
        let Some(place) = dice.pick(&settled) else {
            return "nobody to plan for".to_owned();
        };
        let hamlet = &mut self.hamlets[place];
        hamlet.planned = !hamlet.planned;
        let opened = record(self.world, hamlet.name).await;
        let mut draft = opened.draft.clone();
        draft.set("planned", if hamlet.planned { "1" } else { "0" });
        let key = format!("plan {}", self.turn);
        let saved = self
            .village
            .save("natural_villages", &opened.id, opened.version, &key, &draft);
        saved.await.unwrap();
        format!("{} planned: {}", hamlet.name, hamlet.planned)
    }

    /// A natural village fills something that it has not filled yet.
    async fn tell(&mut self, dice: &mut Dice) -> String {
        let signed_in: Vec<usize> = self.places(|hamlet| hamlet.standing != Standing::Disabled);
        let (Some(place), Some(form)) = (dice.pick(&signed_in), dice.pick(&FORMS)) else {
            return "nobody to tell anything".to_owned();
        };
        let year = 2016 + dice.number(5);
        let is_told = |told: &Told| {
            let same_year = told.numbers.get("year").is_none_or(|known| *known == year);
            told.hamlet == place && told.form == form && same_year
        };
        if self.told.iter().any(is_told) {
            return "told already".to_owned();
        }
        let open = if form == "population" { "new" } else { "own" };
        let hamlet = &self.hamlets[place];
        let blank: Opened = hamlet.actor.open("phone", form, open).await.unwrap();
        let numbers = numbers(form, year, dice);
        let draft = typed(&blank.draft, form, &numbers);
        let saved = hamlet.actor.save(form, &blank.id, 0, &blank.key, &draft).await;
        let saved = saved
            .unwrap_or_else(|error| panic!("{form} {numbers:?}: {error:?}"))
            .opened;
        self.told.push(Told {
            hamlet: place,
            form,
            id: saved.id,
            version: saved.version,
            is_returned: false,
            numbers,
        });
        format!("{} tells {form}", hamlet.name)
    }

    async fn correct(&mut self, dice: &mut Dice) -> String {
        let Some(position) = dice.pick(&self.records(|hamlet, _| hamlet.standing != Standing::Disabled)) else {
            return "nothing to correct".to_owned();
        };
        let told = &mut self.told[position];
        let hamlet = &self.hamlets[told.hamlet];
        let opened: Opened = hamlet.actor.open("phone", told.form, &told.id).await.unwrap();
        told.numbers = numbers(told.form, told.numbers.get("year").copied().unwrap_or(0), dice);
        let draft = typed(&opened.draft, told.form, &told.numbers);
        let key = format!("correct {}", self.turn);
        let saved = hamlet.actor.save(told.form, &told.id, told.version, &key, &draft).await;
        let saved = saved.unwrap().opened;
        assert_eq!(saved.status.unwrap().key, "told");
        told.version = saved.version;
        let mended = std::mem::take(&mut told.is_returned);
        format!("{} corrects {}, returned before: {mended}", hamlet.name, told.form)
    }

    async fn take_away(&mut self, dice: &mut Dice) -> String {
        let Some(position) = dice.pick(&self.records(|hamlet, _| hamlet.standing != Standing::Disabled)) else {
            return "nothing to take away".to_owned();
        };
        let told = self.told.remove(position);
        let hamlet = &self.hamlets[told.hamlet];
        hamlet.actor.delete(told.form, &told.id, told.version).await.unwrap();
        format!("{} takes {} away", hamlet.name, told.form)
    }

    async fn give_back(&mut self, dice: &mut Dice) -> String {
        let Some(position) = dice.pick(&self.records(|_, told| !told.is_returned)) else {
            return "nothing to return".to_owned();
        };
        let told = &mut self.told[position];
        let act = json!({ "act": {
            "form": told.form, "id": told.id, "version": told.version, "verb": Verb::Return.key(),
            "opinion": "请核对", "receiver": "", "pins": {}, "values": {},
        } });
        self.village.call::<()>("decide", act).await.unwrap();
        told.version += 1;
        told.is_returned = true;
        format!("{} gets {} back", self.hamlets[told.hamlet].name, told.form)
    }

    fn places(&self, which: impl Fn(&Hamlet<'_>) -> bool) -> Vec<usize> {
        let places = self.hamlets.iter().enumerate();
        places
            .filter(|(_, hamlet)| which(hamlet))
            .map(|(place, _)| place)
            .collect()
    }

    fn records(&self, which: impl Fn(&Hamlet<'_>, &Told) -> bool) -> Vec<usize> {
        let records = self.told.iter().enumerate();
        records
            .filter(|(_, told)| which(&self.hamlets[told.hamlet], told))
            .map(|(position, _)| position)
            .collect()
    }

    /// What counts of a form.
    fn counting(&self, form: &str) -> Vec<&Told> {
        let told = self.told.iter().filter(|told| told.form == form);
        told.filter(|told| self.hamlets[told.hamlet].counts()).collect()
    }

    /// Everything that the tabs say is held against what is remembered.
    async fn check(&self, after: &str) {
        let planned = self.hamlets.iter().filter(|hamlet| hamlet.planned);
        let planned: Vec<&str> = planned.map(|hamlet| hamlet.name).collect();
        for form in FORMS {
            let page = self.village.list("field_survey", form).await.unwrap();
            let totals = page.totals.unwrap();
            let counting = self.counting(form);
            let at = format!("act {}, {after}, {form}", self.turn);

            let telling: BTreeSet<&str> = counting.iter().map(|told| self.hamlets[told.hamlet].name).collect();
            let missing: BTreeSet<&str> = planned.iter().copied().filter(|name| !telling.contains(name)).collect();
            let coverage = totals.coverage.clone().unwrap();
            let named: BTreeSet<&str> = coverage.missing.iter().map(String::as_str).collect();
            assert_eq!((coverage.told, coverage.all), (telling.len(), planned.len()), "{at}");
            assert_eq!(named, missing, "{at}");

            let returned = counting.iter().filter(|told| told.is_returned).count() as i64;
            let shown: i64 = totals.returned.iter().map(|(_, records)| records).sum();
            assert_eq!(shown, returned, "{at}");

            match form {
                "population" => self.check_years(&totals, &counting, planned.len(), &at),
                _ => {
                    let line = &totals.tables[0].lines[0];
                    check_line(&totals.tables[0], line, form, &counting, &at);
                }
            }
            if form == "homesteads" {
                assert_eq!(
                    cell(&totals.tables[0], &totals.tables[0].lines[0], "总户数(户)"),
                    self.households(),
                    "{at}"
                );
            }
        }
    }

    fn check_years(&self, totals: &TotalsView, counting: &[&Told], planned: usize, at: &str) {
        let table = &totals.tables[0];
        let years: BTreeSet<i64> = counting.iter().map(|told| told.numbers["year"]).collect();
        assert_eq!(table.lines.len(), years.len(), "{at}");
        for (line, year) in table.lines.iter().zip(years) {
            let of_year: Vec<&Told> = counting
                .iter()
                .copied()
                .filter(|told| told.numbers["year"] == year)
                .collect();
            let heading = match planned - of_year.len() {
                0 => year.to_string(),
                lacking => format!("{year}（缺 {lacking} 个自然村）"),
            };
            assert_eq!(line[0], heading, "{at}");
            check_line(table, line, "population", &of_year, at);
        }
    }

    /// 户数 of the last year that anybody has told, of those that count.
    fn households(&self) -> String {
        let counting = self.counting("population");
        let last = counting.iter().map(|told| told.numbers["year"]).max();
        let Some(last) = last else { return "—".to_owned() };
        let of_year = counting.iter().filter(|told| told.numbers["year"] == last);
        let sum: i64 = of_year.map(|told| told.numbers["households"]).sum();
        sum.to_string()
    }
}

fn cell(table: &SummaryTable, line: &[String], heading: &str) -> String {
    let column = table.columns.iter().position(|title| title == heading);
    line[column.unwrap_or_else(|| panic!("no column {heading}"))].clone()
}

fn check_line(table: &SummaryTable, line: &[String], form: &str, told: &[&Told], at: &str) {
    for (heading, field, scale) in columns(form) {
        let sum: i64 = told.iter().map(|told| told.numbers[field]).sum();
        assert_eq!(cell(table, line, heading), format_scaled(sum, *scale), "{at} {heading}");
    }
    let hamlets: BTreeSet<usize> = told.iter().map(|told| told.hamlet).collect();
    let telling = table.columns.iter().any(|title| title == "填报自然村(个)");
    if telling {
        assert_eq!(cell(table, line, "填报自然村(个)"), hamlets.len().to_string(), "{at}");
    }
}

#[tokio::test]
async fn sums_and_coverage_are_what_a_recount_gives_after_every_act() {
    for on in stores() {
        let world = World::new(on).await;
        let mut play = Play::new(&world).await;
        let mut dice = Dice(SEED);
        let acts = ACTS.iter().find(|(store, _)| *store == on).map_or(0, |(_, acts)| *acts);
        let mut kinds: BTreeMap<String, usize> = BTreeMap::new();
        for _ in 0..acts {
            let done = play.act(&mut dice).await;
            let kind = done.split(' ').skip(1).collect::<Vec<_>>().join(" ");
            *kinds.entry(kind).or_default() += 1;
            play.check(&done).await;
        }
        if on != On::Sqlite {
            continue;
        }
        // The long sequence has gone through everything there is to do.
        for kind in [
            "registers",
            "confirm",
            "disable",
            "enable",
            "gets",
            "takes",
            "returned before: true",
        ] {
            assert!(kinds.keys().any(|known| known.contains(kind)), "no {kind} in {kinds:?}");
        }
        assert!(play.told.len() > 10, "{}", play.told.len());
    }
}
