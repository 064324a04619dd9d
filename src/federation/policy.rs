//! What a catalog keeps at home: its `[policy]`, held against what may not be hidden, and applied to records.
//!
//! A record that is hidden leaves a stub: its id, and whatever decides who reaches what and where that is counted. Only
//! what is read by people alone can be hidden, so that a stranger's answers about reachability are the owner's.

use serde::Deserialize;

use crate::model::id::catalog_of;
use crate::model::table::{ABSENT, Cell};
use crate::model::{Kind, Sym, Symbols, Table, ValueType};

/// What does not leave a catalog.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Policy {
    rules: Vec<Rule>,
}

/// Why a policy cannot be followed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PolicyError {
    /// It is not written as one.
    #[error("the policy cannot be read: {0}")]
    Form(String),
    /// A kind that does not exist.
    #[error("the policy speaks of `{0}`, which is no kind of record")]
    Kind(String),
    /// A property that may not be hidden.
    #[error("the policy may not hide `{property}` of {kind}: {why}")]
    Property {
        /// The kind's label.
        kind: &'static str,
        /// The property.
        property: String,
        /// Why not.
        why: &'static str,
    },
    /// A rule that hides nothing.
    #[error("the policy has a rule for {0} that hides nothing: there is nothing of it that may be hidden")]
    Nothing(&'static str),
    /// A level of sensitivity where none is.
    #[error("the policy names a sensitivity for {0}, and only datasets have one; it is from 1 to 4")]
    Sensitivity(&'static str),
}

/// As it stands in `catalog.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    #[serde(default)]
    hide: Vec<WrittenRule>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenRule {
    kind: String,
    ids: Option<Vec<String>>,
    sensitivity: Option<i64>,
    properties: Option<Vec<String>>,
}

/// Some properties of some records of one kind.
#[derive(Clone, Debug, PartialEq)]
struct Rule {
    kind: Kind,
    /// Own ids, each with a `*` at its end where it stands for all that begin so; none for every record.
    ids: Option<Vec<String>>,
    /// Only datasets of this level and above.
    sensitivity: Option<i64>,
    /// None for all that may be hidden.
    properties: Option<Vec<String>>,
}

/// The properties of a kind that people alone read.
fn hideable(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::Region => &["investment", "staff"],
        Kind::Department => &["name"],
        Kind::Platform => &["name", "utilisation", "description"],
        Kind::Dataset => {
            &["title", "frequency", "quality", "owner_right", "revenue_rule", "security_rule", "fields", "description"]
        }
        Kind::Service => &["name", "volume"],
        Kind::Pilot => &["name", "standard"],
        Kind::Policy => &["title"],
        Kind::Waiver => &["reason", "by"],
        Kind::Share => &["since"],
        Kind::Need => &["priority"],
        Kind::Compact | Kind::Adoption => &["since"],
        Kind::Catalog | Kind::Tier | Kind::Line | Kind::Sector | Kind::Claim => &[],
    }
}

/// Kinds whose records nothing refers to and nothing flows through: these leave no stub.
fn leaves_no_stub(kind: Kind) -> bool {
    matches!(kind, Kind::Claim | Kind::Waiver)
}

impl Policy {
    /// Reads a policy.
    ///
    /// # Errors
    /// When it is not written as one, or hides what may not be hidden.
    pub fn parse(text: &str) -> Result<Self, PolicyError> {
        let written: Written = toml::from_str(text).map_err(|e| PolicyError::Form(e.message().to_owned()))?;
        let rules = written.hide.into_iter().map(Rule::check).collect::<Result<_, _>>()?;
        Ok(Self { rules })
    }

    /// Whether everything leaves.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }

    /// Takes out of a catalog's records what does not leave it. Texts that no cell holds any more stay among the symbols:
    /// they must not be written along.
    pub fn apply(&self, catalog: &str, symbols: &Symbols, table: &mut Table) {
        let own = |table: &Table, row: usize| symbols.get(table.catalog[row]) == Some(catalog);
        if table.kind == Kind::Catalog {
            // A policy tells by its patterns what it hides.
            const POLICY: usize = 4;
            for row in 0..table.len() {
                if own(table, row) {
                    table.set(POLICY, row, Cell::Symbol(Sym::NONE));
                }
            }
        }
        let kind = table.kind;
        for rule in self.rules.iter().filter(|rule| rule.kind == kind) {
            let hidden: Vec<bool> =
                (0..table.len()).map(|row| own(table, row) && rule.covers(symbols, table, row)).collect();
            if leaves_no_stub(table.kind) && rule.properties.is_none() {
                table.retain(|_, row| !hidden[row]);
                continue;
            }
            for column in 0..table.columns.len() {
                if rule.hides(table, column) {
                    let absent = match table.columns[column].ty {
                        ValueType::Text | ValueType::List => Cell::Symbol(Sym::NONE),
                        _ => Cell::Number(ABSENT),
                    };
                    for (row, _) in hidden.iter().enumerate().filter(|(_, hidden)| **hidden) {
                        table.set(column, row, absent);
                    }
                }
            }
        }
    }
}

impl Rule {
    fn check(written: WrittenRule) -> Result<Self, PolicyError> {
        let WrittenRule { kind: word, ids, sensitivity, properties } = written;
        let named = |kind: &Kind| kind.label() == word || kind.spec().chinese == word;
        let kind = Kind::ALL.into_iter().find(named).ok_or_else(|| PolicyError::Kind(word.clone()))?;
        for property in properties.iter().flatten() {
            let is_known = kind.column(property).is_some();
            if is_known && !hideable(kind).contains(&property.as_str()) {
                let why = match kind {
                    Kind::Share => "what flows along an edge is read from it",
                    Kind::Tier | Kind::Line | Kind::Sector => "it is vocabulary that all share",
                    _ => "who reaches what, or where that is counted, is read from it",
                };
                return Err(PolicyError::Property { kind: kind.label(), property: property.clone(), why });
            }
        }
        let hides_nothing = properties.as_ref().is_some_and(Vec::is_empty);
        if hides_nothing {
            return Err(PolicyError::Nothing(kind.label()));
        }
        if sensitivity.is_some_and(|level| kind != Kind::Dataset || !(1..=4).contains(&level)) {
            return Err(PolicyError::Sensitivity(kind.label()));
        }
        Ok(Self { kind, ids, sensitivity, properties })
    }

    fn covers(&self, symbols: &Symbols, table: &Table, row: usize) -> bool {
        if let Some(patterns) = &self.ids {
            let key = symbols.get(table.sym(0, row)).unwrap_or_default();
            // An id may be written with its catalog or without.
            let short = catalog_of(key).map_or(key, |catalog| &key[catalog.len() + 1..]);
            let matches = |pattern: &String| match pattern.strip_suffix('*') {
                Some(start) => key.starts_with(start) || short.starts_with(start),
                None => key == pattern || short == pattern,
            };
            if !patterns.iter().any(matches) {
                return false;
            }
        }
        // What states no sensitivity counts as of the highest.
        let level = || table.kind.column("sensitivity").map_or(ABSENT, |c| table.number(c, row));
        self.sensitivity.is_none_or(|least| level() == ABSENT || level() >= least)
    }

    fn hides(&self, table: &Table, column: usize) -> bool {
        let name = table.columns[column].name.as_ref();
        let own = table.kind.columns().len();
        let may = if column < own {
            hideable(table.kind).contains(&name)
        } else {
            // The ordinal that tells parallel edges apart is no property.
            name != crate::model::change::ORDINAL
        };
        may && self.properties.as_ref().is_none_or(|wanted| wanted.iter().any(|w| w == name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dataset(symbols: &mut Symbols, table: &mut Table, id: &str, title: &str, sensitivity: i64) {
        let row = table.push_row(symbols.intern(catalog_of(id).unwrap()));
        table.set(0, row, Cell::Symbol(symbols.intern(id)));
        table.set(1, row, Cell::Symbol(symbols.intern(title)));
        table.set(2, row, Cell::Symbol(symbols.intern("a:holder")));
        table.set(6, row, Cell::Number(sensitivity));
    }

    fn titles(policy: &str) -> Vec<String> {
        let mut symbols = Symbols::new();
        let mut table = Table::new(Kind::Dataset);
        dataset(&mut symbols, &mut table, "a:police-1", "one", 2);
        dataset(&mut symbols, &mut table, "a:police-2", "two", 4);
        dataset(&mut symbols, &mut table, "a:tax", "three", ABSENT);
        dataset(&mut symbols, &mut table, "b:police-1", "four", 4);
        Policy::parse(policy).unwrap().apply("a", &symbols, &mut table);
        let holders = table.syms(2).iter().filter(|h| h.is_some()).count();
        assert_eq!((table.len(), holders), (4, 4), "stubs keep what they must");
        table.syms(1).iter().map(|s| symbols.get(*s).unwrap_or("-").to_owned()).collect()
    }

    #[test]
    fn rules_hide_what_they_name_of_their_own_catalog() {
        assert_eq!(titles(""), ["one", "two", "three", "four"]);
        assert_eq!(titles("[[hide]]\nkind = \"Dataset\""), ["-", "-", "-", "four"]);
        assert_eq!(titles("[[hide]]\nkind = \"数据集\"\nids = [\"police-*\"]"), ["-", "-", "three", "four"]);
        assert_eq!(titles("[[hide]]\nkind = \"Dataset\"\nids = [\"a:tax\"]"), ["one", "two", "-", "four"]);
        assert_eq!(titles("[[hide]]\nkind = \"Dataset\"\nsensitivity = 3"), ["one", "-", "-", "four"]);
        assert_eq!(titles("[[hide]]\nkind = \"Dataset\"\nproperties = [\"fields\"]"), ["one", "two", "three", "four"]);
    }

    #[test]
    fn what_reachability_is_read_from_cannot_be_hidden() {
        for kind in Kind::ALL {
            let read = ["share", "sensitivity", "sector", "standard", "holder", "status", "carries", "ceiling", "id"];
            for property in read.into_iter().filter(|p| kind.column(p).is_some()) {
                if kind == Kind::Pilot && property == "standard" {
                    continue;
                }
                let text = format!("[[hide]]\nkind = \"{}\"\nproperties = [\"{property}\"]", kind.label());
                let refused = matches!(Policy::parse(&text), Err(PolicyError::Property { .. }));
                assert!(refused, "{kind:?} {property}");
            }
        }
        for (text, part) in [
            ("[[hide]]\nkind = \"Thing\"", "no kind of record"),
            ("[[hide]]\nkind = \"Platform\"\nsensitivity = 3", "only datasets"),
            ("[[hide]]\nkind = \"Dataset\"\nsensitivity = 9", "from 1 to 4"),
            ("[[hide]]\nkind = \"Dataset\"\nproperties = []", "hides nothing"),
            ("[[hide]]\nkind = \"Dataset\"\nshow = 1", "cannot be read"),
            ("hide = 3", "cannot be read"),
        ] {
            let error = Policy::parse(text).unwrap_err().to_string();
            assert!(error.contains(part), "{text}: {error}");
        }
    }

    #[test]
    fn what_nothing_refers_to_leaves_no_stub_and_the_policy_itself_stays_at_home() {
        let policy = Policy::parse("[[hide]]\nkind = \"Waiver\"").unwrap();
        let mut symbols = Symbols::new();
        let mut waivers = Table::new(Kind::Waiver);
        waivers.push_row(symbols.intern("a"));
        waivers.push_row(symbols.intern("b"));
        policy.apply("a", &symbols, &mut waivers);
        assert_eq!(waivers.len(), 1);
        let mut catalogs = Table::new(Kind::Catalog);
        let row = catalogs.push_row(symbols.intern("a"));
        catalogs.set(4, row, Cell::Symbol(symbols.intern("secret")));
        policy.apply("a", &symbols, &mut catalogs);
        assert!(catalogs.sym(4, 0).is_none());
    }
}
