//! The division tree in memory: names for every line of every list, and the type-ahead. Sixteen thousand rows, read at the
//! start and when the store has another version of them.

use crate::domain::region::{Level, Region, aliases, short_name};
use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

/// One division.
#[derive(Debug, Clone)]
pub struct Division {
    /// Its code.
    pub region: Region,
    /// Official name.
    pub name: String,
    /// Name in lists.
    pub short: String,
    /// Other names, lower-case pinyin initials included, joined with spaces, for the type-ahead.
    pub search: String,
    /// Whether it is 纳入规划范围 (spec A21).
    pub planned: bool,
}

impl Division {
    /// Whether it is more than a name of the statistics bureau: rows that say 虚拟 are excluded from planning (spec A21).
    pub fn is_real(&self) -> bool {
        !self.name.contains("虚拟")
    }
}

/// All divisions, as the store had them when it was last read. Cheap to look at while it is being replaced.
#[derive(Debug, Default)]
pub struct Divisions(RwLock<Arc<Tree>>);

/// One state of the tree.
#[derive(Debug, Default)]
struct Tree {
    by_code: HashMap<Region, usize>,
    all: Vec<Arc<Division>>,
    children: HashMap<Region, Vec<usize>>,
    former: HashMap<Region, String>,
}

impl Divisions {
    /// Takes the divisions in code order.
    pub fn new(all: Vec<Division>) -> Self {
        Self::with_former(all, HashMap::new())
    }

    /// With the short names of those that have ended, for what is said of the past.
    pub fn with_former(all: Vec<Division>, former: HashMap<Region, String>) -> Self {
        let mut tree = Tree {
            all: all.into_iter().map(Arc::new).collect(),
            former,
            ..Tree::default()
        };
        for (position, division) in tree.all.iter().enumerate() {
            tree.by_code.insert(division.region.clone(), position);
            if let Some(parent) = division.region.parent() {
                tree.children.entry(parent).or_default().push(position);
            }
        }
        Self(RwLock::new(Arc::new(tree)))
    }

    /// Goes on with another state of the tree.
    pub fn replace(&self, other: Self) {
        let tree = other.0.into_inner().unwrap_or_else(PoisonError::into_inner);
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = tree;
    }

    fn tree(&self) -> Arc<Tree> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.tree().all.len()
    }

    /// Whether the store holds no divisions yet.
    pub fn is_empty(&self) -> bool {
        self.tree().all.is_empty()
    }

    /// The division of that code.
    pub fn find(&self, region: &Region) -> Option<Arc<Division>> {
        let tree = self.tree();
        tree.by_code.get(region).map(|position| tree.all[*position].clone())
    }

    /// The divisions one level below.
    pub fn children(&self, region: &Region) -> impl Iterator<Item = Arc<Division>> + use<> {
        let tree = self.tree();
        let positions = tree.children.get(region).into_iter().flatten();
        let found: Vec<_> = positions.map(|position| tree.all[*position].clone()).collect();
        found.into_iter()
    }

    /// All divisions of a level inside a subtree, in code order.
    pub fn below(&self, region: &Region, level: Level) -> impl Iterator<Item = Arc<Division>> + use<> {
        let tree = self.tree();
        let inside = tree
            .all
            .iter()
            .filter(|division| division.region.level() == level && region.contains(&division.region));
        let found: Vec<_> = inside.cloned().collect();
        found.into_iter()
    }

    /// The short name, also of one that has ended, or the code when it is unknown.
    pub fn short(&self, region: &Region) -> String {
        let tree = self.tree();
        let living = tree
            .by_code
            .get(region)
            .map(|position| tree.all[*position].short.clone());
        let named = living.or_else(|| tree.former.get(region).cloned());
        named.unwrap_or_else(|| region.code().to_owned())
    }

    /// Short names from 州(市) down to the region's own level, `昆明市 / 五华区`.
    pub fn path(&self, region: &Region) -> String {
        self.places(region)
            .into_iter()
            .map(|(_, name)| name)
            .collect::<Vec<_>>()
            .join(" / ")
    }

    /// Short names from below a part of the tree down to the region, `西翥街道 / 三多社区` within a county; the own name for
    /// the part itself.
    pub fn path_below(&self, within: &Region, region: &Region) -> String {
        let below = region.chain().into_iter().filter(|part| part.level() > within.level());
        let names: Vec<String> = below.map(|part| self.short(&part)).collect();
        if names.is_empty() {
            self.short(region)
        } else {
            names.join(" / ")
        }
    }

    /// `(州(市), 昆明市)` and so on, down to the region's own level. The province is left out unless it is all.
    pub fn places(&self, region: &Region) -> Vec<(Level, String)> {
        if region.level() == Level::Province {
            return vec![(Level::Province, self.short(region))];
        }
        region
            .chain()
            .into_iter()
            .skip(1)
            .map(|part| (part.level(), self.short(&part)))
            .collect()
    }

    /// Divisions inside the subtree whose name, alias, initials or code begin with or contain the text; beginnings
    /// first, upper levels first.
    pub fn search(&self, within: &Region, level: Option<Level>, text: &str, most: usize) -> Vec<Arc<Division>> {
        let text = text.trim().to_lowercase();
        if text.is_empty() {
            return Vec::new();
        }
        let tree = self.tree();
        let mut found: Vec<(usize, &Arc<Division>)> = tree
            .all
            .iter()
            .filter(|division| level.is_none_or(|level| division.region.level() == level))
            .filter(|division| within.contains(&division.region))
            .filter_map(|division| Some((rank(division, &text)?, division)))
            .collect();
        found.sort_by(|(left, one), (right, other)| {
            (left, one.region.level(), &one.region).cmp(&(right, other.region.level(), &other.region))
        });
        found
            .into_iter()
            .take(most)
            .map(|(_, division)| division.clone())
            .collect()
    }
}

fn rank(division: &Division, text: &str) -> Option<usize> {
    let official = division.region.official();
    if official.starts_with(text) || division.region.code() == text {
        return Some(0);
    }
    let words = || division.search.split(' ');
    if words().any(|word| word == text) {
        Some(1)
    } else if words().any(|word| word.starts_with(text)) {
        Some(2)
    } else {
        division.search.contains(text).then_some(3)
    }
}

/// Everything a division can be found by, joined with spaces.
pub fn search_text(level: Level, name: &str) -> String {
    let short = short_name(level, name);
    let mut words = vec![name.to_owned(), short.clone()];
    words.extend(aliases(level, name));
    words.push(initials(&short));
    words.push(initials(name));
    let mut seen = Vec::new();
    for word in words
        .into_iter()
        .map(|word| word.to_lowercase())
        .filter(|word| !word.is_empty())
    {
        if !seen.contains(&word) {
            seen.push(word);
        }
    }
    seen.join(" ")
}

/// Pinyin initials: 西翥街道 → `xzjd`.
pub fn initials(name: &str) -> String {
    use pinyin::ToPinyin;
    name.to_pinyin()
        .flatten()
        .filter_map(|pinyin| pinyin.plain().chars().next())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree() -> Divisions {
        let rows = [
            ("53", "云南省"),
            ("5301", "昆明市"),
            ("530102", "五华区"),
            ("530102010", "西翥街道"),
            ("530102010004", "三多社区居民委员会"),
            ("530823", "景东彝族自治县"),
        ];
        Divisions::new(
            rows.into_iter()
                .map(|(code, name)| {
                    let region = Region::parse(code).unwrap();
                    let level = region.level();
                    Division {
                        short: short_name(level, name),
                        search: search_text(level, name),
                        name: name.to_owned(),
                        region,
                        planned: true,
                    }
                })
                .collect(),
        )
    }

    #[test]
    fn the_manuals_names_are_found() {
        let tree = tree();
        for (text, code) in [
            ("三多居委会", "530102010004"),
            ("西翥街道办事处", "530102010"),
            ("景东县", "530823"),
            ("sdsq", "530102010004"),
            ("WHQ", "530102"),
            ("530100", "5301"),
            ("530102010004", "530102010004"),
        ] {
            let found = tree.search(&Region::province(), None, text, 5);
            assert_eq!(
                found.first().map(|division| division.region.code()),
                Some(code),
                "{text}"
            );
        }
    }

    #[test]
    fn a_search_stays_inside_its_subtree() {
        let tree = tree();
        let elsewhere = Region::parse("5308").unwrap();
        assert!(tree.search(&elsewhere, None, "三多", 5).is_empty());
        assert!(tree.search(&Region::province(), None, " ", 5).is_empty());
    }

    #[test]
    fn a_path_leaves_the_province_out() {
        let tree = tree();
        assert_eq!(
            tree.path(&Region::parse("530102010004").unwrap()),
            "昆明市 / 五华区 / 西翥街道 / 三多社区"
        );
    }
}
