//! The schema: the kinds of record, the file of each, its columns and what they mean.

use super::relationship::RelType;
use super::value::ValueType;
use super::vocabulary::{self as words, Vocabulary};

/// A kind of record. The node kinds come first, in the order in which a graph numbers their nodes; the last four
/// are relationships that have rows of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Kind {
    /// A member of the federation.
    Catalog = 0,
    /// A rung of the hierarchy.
    Tier = 1,
    /// An administrative division (kuai).
    Region = 2,
    /// A vertical line (tiao).
    Line = 3,
    /// A board of work.
    Sector = 4,
    /// An organ of one line in one region, or a grassroots unit.
    Department = 5,
    /// A system.
    Platform = 6,
    /// A catalogued data resource.
    Dataset = 7,
    /// An item of government service.
    Service = 8,
    /// An innovation meant for reuse.
    Pilot = 9,
    /// A rule in force.
    Policy = 10,
    /// A published figure.
    Claim = 11,
    /// A finding that its catalog accepts until a date.
    Waiver = 12,
    /// A sharing edge.
    Share = 13,
    /// A need of a department for a dataset.
    Need = 14,
    /// Two regions that agreed to act together.
    Compact = 15,
    /// A region that took a pilot over.
    Adoption = 16,
}

/// What a column of a catalog file holds.
#[derive(Clone, Copy, Debug)]
pub enum ColumnType {
    /// The record's own id, qualified by its catalog.
    OwnId,
    /// The record's own key in a vocabulary that all catalogs share: never qualified.
    SharedKey,
    /// A qualified id of a record of this kind.
    Reference(Kind),
    /// A list of qualified ids.
    ReferenceList(Kind),
    /// An end of a sharing edge: the row's type says of which kind.
    ShareEnd,
    /// A key of a shared vocabulary of this kind.
    Shared(Kind),
    /// A list of such keys.
    SharedList(Kind),
    /// Free text.
    Text,
    /// A list of texts.
    List,
    /// An integer within bounds.
    Integer {
        /// The least.
        min: i64,
        /// The greatest.
        max: i64,
    },
    /// A float within bounds.
    Float {
        /// The least.
        min: f64,
        /// The greatest.
        max: f64,
    },
    /// True or false.
    Boolean,
    /// A calendar date.
    Date,
    /// A word of a closed vocabulary.
    Word(&'static Vocabulary),
}

impl ColumnType {
    /// How its values are stored.
    #[must_use]
    pub fn value_type(self) -> ValueType {
        match self {
            Self::OwnId
            | Self::SharedKey
            | Self::Reference(_)
            | Self::ShareEnd
            | Self::Shared(_)
            | Self::Text
            | Self::Word(_) => ValueType::Text,
            Self::ReferenceList(_) | Self::SharedList(_) | Self::List => ValueType::List,
            Self::Integer { .. } => ValueType::Integer,
            Self::Float { .. } => ValueType::Float,
            Self::Boolean => ValueType::Boolean,
            Self::Date => ValueType::Date,
        }
    }
}

/// A column of a catalog file.
#[derive(Clone, Copy, Debug)]
pub struct ColumnSpec {
    /// The name in the header, and of the property.
    pub name: &'static str,
    /// What it holds.
    pub ty: ColumnType,
    /// Whether a row without it is rejected.
    pub required: bool,
    /// The relationship that the column states, and whether it enters this record (`holder`) rather than leaves
    /// it (`platform`).
    pub states: Option<(RelType, Direction)>,
    /// Whether the column is a property of the node or relationship too.
    pub property: bool,
}

/// Which way a relationship runs, seen from a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Direction {
    /// It leaves the record.
    Outgoing,
    /// It enters the record.
    Incoming,
}

/// The description of one kind.
#[derive(Debug)]
pub struct KindSpec {
    /// The kind.
    pub kind: Kind,
    /// The node's label, or the word for a relationship's record.
    pub label: &'static str,
    /// The Chinese word.
    pub chinese: &'static str,
    /// The file that holds its rows in a catalog directory.
    pub file: &'static str,
    /// The columns, in the file's order.
    pub columns: &'static [ColumnSpec],
    /// Which columns are its identity.
    pub identity: &'static [usize],
}

const fn col(name: &'static str, ty: ColumnType) -> ColumnSpec {
    ColumnSpec { name, ty, required: false, states: None, property: true }
}

const fn must(name: &'static str, ty: ColumnType) -> ColumnSpec {
    ColumnSpec { name, ty, required: true, states: None, property: true }
}

const fn out(name: &'static str, ty: ColumnType, rel: RelType) -> ColumnSpec {
    ColumnSpec { name, ty, required: false, states: Some((rel, Direction::Outgoing)), property: false }
}

const fn incoming(name: &'static str, ty: ColumnType, rel: RelType) -> ColumnSpec {
    ColumnSpec { name, ty, required: false, states: Some((rel, Direction::Incoming)), property: false }
}

/// An end of a relationship's own record: not a property of the relationship.
const fn end(name: &'static str, ty: ColumnType) -> ColumnSpec {
    ColumnSpec { name, ty, required: true, states: None, property: false }
}

use ColumnType::{
    Boolean, Date, List, OwnId, Reference, ReferenceList, ShareEnd, Shared, SharedKey, SharedList, Text, Word,
};

/// A count or an amount that is not negative.
const COUNT: ColumnType = ColumnType::Integer { min: 0, max: i64::MAX };
/// An amount that may have decimals.
const AMOUNT: ColumnType = ColumnType::Float { min: 0.0, max: f64::MAX };
/// A share between nothing and everything.
const RATIO: ColumnType = ColumnType::Float { min: 0.0, max: 1.0 };
/// Sensitivity and ceilings.
const LEVEL: ColumnType = ColumnType::Integer { min: 1, max: 4 };

static SPECS: [KindSpec; 17] = [
    KindSpec {
        kind: Kind::Catalog,
        label: "Catalog",
        chinese: "目录",
        file: "catalog.toml",
        columns: &[
            must("id", SharedKey),
            col("title", Text),
            col("authority", SharedList(Kind::Region)),
            col("issued", Date),
            col("policy", Text),
        ],
        identity: &[0],
    },
    KindSpec {
        kind: Kind::Tier,
        label: "Tier",
        chinese: "层级",
        file: "catalog.toml",
        columns: &[
            must("id", SharedKey),
            must("rank", ColumnType::Integer { min: 0, max: 99 }),
            col("name", Text),
            col("grassroots", Boolean),
        ],
        identity: &[0],
    },
    KindSpec {
        kind: Kind::Region,
        label: "Region",
        chinese: "区划",
        file: "regions.csv",
        columns: &[
            must("code", SharedKey),
            col("name", Text),
            col("tier", Shared(Kind::Tier)),
            out("parent", Shared(Kind::Region), RelType::Within),
            col("bloc", Word(&words::BLOC)),
            col("investment", AMOUNT),
            col("staff", COUNT),
        ],
        identity: &[0],
    },
    KindSpec {
        kind: Kind::Line,
        label: "Line",
        chinese: "条线",
        file: "lines.csv",
        columns: &[
            must("id", SharedKey),
            col("name", Text),
            out("sectors", SharedList(Kind::Sector), RelType::ServesSector),
        ],
        identity: &[0],
    },
    KindSpec {
        kind: Kind::Sector,
        label: "Sector",
        chinese: "板块",
        file: "sectors.csv",
        columns: &[
            must("id", SharedKey),
            col("name", Text),
            incoming("lead", ReferenceList(Kind::Department), RelType::Leads),
        ],
        identity: &[0],
    },
    KindSpec {
        kind: Kind::Department,
        label: "Department",
        chinese: "部门",
        file: "departments.csv",
        columns: &[
            must("id", OwnId),
            col("name", Text),
            out("region", Shared(Kind::Region), RelType::In),
            out("line", Shared(Kind::Line), RelType::Of),
            out("superior", Reference(Kind::Department), RelType::ReportsTo),
            col("kind", Word(&words::DEPARTMENT_KIND)),
        ],
        identity: &[0],
    },
    KindSpec {
        kind: Kind::Platform,
        label: "Platform",
        chinese: "平台",
        file: "platforms.csv",
        columns: &[
            must("id", OwnId),
            col("name", Text),
            col("function", Text),
            incoming("operator", Reference(Kind::Department), RelType::Operates),
            col("nature", Word(&words::NATURE)),
            col("scope", Word(&words::SCOPE)),
            col("status", Word(&words::PLATFORM_STATUS)),
            col("built", Date),
            col("cost", AMOUNT),
            col("utilisation", RATIO),
            col("exempt", Text),
            col("description", Text),
        ],
        identity: &[0],
    },
    KindSpec {
        kind: Kind::Dataset,
        label: "Dataset",
        chinese: "数据集",
        file: "datasets.csv",
        columns: &[
            must("id", OwnId),
            col("title", Text),
            incoming("holder", Reference(Kind::Department), RelType::Holds),
            out("platform", Reference(Kind::Platform), RelType::StoredOn),
            col("sector", Shared(Kind::Sector)),
            col("share", Word(&words::SHARE)),
            col("sensitivity", LEVEL),
            col("standard", Text),
            col("frequency", Text),
            col("quality", RATIO),
            col("owner_right", Text),
            col("revenue_rule", Text),
            col("security_rule", Text),
            col("barrier", Word(&words::BARRIER)),
            col("fields", List),
            col("description", Text),
        ],
        identity: &[0],
    },
    KindSpec {
        kind: Kind::Service,
        label: "Service",
        chinese: "事项",
        file: "services.csv",
        columns: &[
            must("id", OwnId),
            col("name", Text),
            incoming("department", Reference(Kind::Department), RelType::Delivers),
            col("volume", COUNT),
        ],
        identity: &[0],
    },
    KindSpec {
        kind: Kind::Pilot,
        label: "Pilot",
        chinese: "试点",
        file: "pilots.csv",
        columns: &[
            must("id", OwnId),
            col("name", Text),
            col("function", Text),
            incoming("region", Shared(Kind::Region), RelType::Piloted),
            col("since", Date),
            col("standard", Text),
        ],
        identity: &[0],
    },
    KindSpec {
        kind: Kind::Policy,
        label: "Policy",
        chinese: "制度",
        file: "policies.csv",
        columns: &[
            must("id", OwnId),
            col("title", Text),
            out("region", Shared(Kind::Region), RelType::AppliesIn),
            col("kind", Word(&words::POLICY_KIND)),
            col("since", Date),
        ],
        identity: &[0],
    },
    KindSpec {
        kind: Kind::Claim,
        label: "Claim",
        chinese: "公布数字",
        file: "claims.csv",
        columns: &[
            must("subject", Text),
            must("measure", Text),
            must("op", Word(&words::CLAIM_OP)),
            must("value", ColumnType::Float { min: f64::MIN, max: f64::MAX }),
            col("as_of", Date),
            col("source", Text),
        ],
        identity: &[0, 1, 4, 5],
    },
    KindSpec {
        kind: Kind::Waiver,
        label: "Waiver",
        chinese: "豁免",
        file: "waivers.csv",
        columns: &[must("finding_id", SharedKey), col("reason", Text), col("by", Text), must("until", Date)],
        identity: &[0],
    },
    KindSpec {
        kind: Kind::Share,
        label: "sharing edge",
        chinese: "共享关系",
        file: "shares.csv",
        columns: &[
            end("type", Word(&words::SHARE_TYPE)),
            end("from", ShareEnd),
            end("to", ShareEnd),
            col("status", Word(&words::EDGE_STATUS)),
            col("carries", Word(&words::CARRIES)),
            col("ceiling", LEVEL),
            col("sectors", SharedList(Kind::Sector)),
            col("standards", List),
            col("since", Date),
            col("barrier", Word(&words::BARRIER)),
            col("id", Text),
        ],
        identity: &[0, 1, 2, 10],
    },
    KindSpec {
        kind: Kind::Need,
        label: "need",
        chinese: "需求",
        file: "needs.csv",
        columns: &[
            end("consumer", Reference(Kind::Department)),
            end("dataset", Reference(Kind::Dataset)),
            col("service", Reference(Kind::Service)),
            col("priority", ColumnType::Integer { min: i64::MIN + 1, max: i64::MAX }),
        ],
        identity: &[0, 1, 2],
    },
    KindSpec {
        kind: Kind::Compact,
        label: "compact",
        chinese: "协同协议",
        file: "compacts.csv",
        columns: &[
            end("a", Shared(Kind::Region)),
            end("b", Shared(Kind::Region)),
            col("name", Text),
            col("since", Date),
        ],
        identity: &[0, 1, 2],
    },
    KindSpec {
        kind: Kind::Adoption,
        label: "adoption",
        chinese: "采用",
        file: "adoptions.csv",
        columns: &[end("pilot", Reference(Kind::Pilot)), end("region", Shared(Kind::Region)), col("since", Date)],
        identity: &[0, 1],
    },
];

impl Kind {
    /// Every kind, in the order of its code.
    pub const ALL: [Self; 17] = [
        Self::Catalog,
        Self::Tier,
        Self::Region,
        Self::Line,
        Self::Sector,
        Self::Department,
        Self::Platform,
        Self::Dataset,
        Self::Service,
        Self::Pilot,
        Self::Policy,
        Self::Claim,
        Self::Waiver,
        Self::Share,
        Self::Need,
        Self::Compact,
        Self::Adoption,
    ];

    /// The kinds that are nodes.
    pub const NODES: [Self; 13] = [
        Self::Catalog,
        Self::Tier,
        Self::Region,
        Self::Line,
        Self::Sector,
        Self::Department,
        Self::Platform,
        Self::Dataset,
        Self::Service,
        Self::Pilot,
        Self::Policy,
        Self::Claim,
        Self::Waiver,
    ];

    /// The kind with this code, as files store it.
    #[must_use]
    pub fn from_code(code: u8) -> Option<Self> {
        Self::ALL.get(usize::from(code)).copied()
    }

    /// The description.
    #[must_use]
    pub fn spec(self) -> &'static KindSpec {
        &SPECS[self as usize]
    }

    /// The node's label.
    #[must_use]
    pub fn label(self) -> &'static str {
        self.spec().label
    }

    /// The columns, in the file's order.
    #[must_use]
    pub fn columns(self) -> &'static [ColumnSpec] {
        self.spec().columns
    }

    /// The position of a column.
    #[must_use]
    pub fn column(self, name: &str) -> Option<usize> {
        self.columns().iter().position(|c| c.name == name)
    }

    /// Whether its records are nodes.
    #[must_use]
    pub fn is_node(self) -> bool {
        self < Self::Share
    }

    /// Whether its keys are vocabulary that all catalogs share, so that several may define the same record.
    #[must_use]
    pub fn is_shared_vocabulary(self) -> bool {
        matches!(self, Self::Tier | Self::Region | Self::Line | Self::Sector)
    }

    /// The kind with this label.
    #[must_use]
    pub fn from_label(label: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|k| k.is_node() && (k.label() == label || k.spec().chinese == label))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spec_stands_at_its_kind() {
        for (i, kind) in Kind::ALL.into_iter().enumerate() {
            assert_eq!(kind as usize, i);
            assert_eq!(kind.spec().kind, kind);
            assert!(kind.spec().identity.iter().all(|&c| c < kind.columns().len()));
        }
    }
}
