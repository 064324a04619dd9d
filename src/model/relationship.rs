//! Relationship types of the catalog graph.

use super::kind::Kind;

macro_rules! relationship_types {
    ($($variant:ident $name:literal $chinese:literal $from:ident $to:ident $doc:literal;)*) => {
        /// A relationship type. The first five are the sharing edges, which data flows along.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[repr(u8)]
        pub enum RelType { $(#[doc = $doc] $variant,)* }

        impl RelType {
            /// Every type, in the order of its code.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The name in queries and exports.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// The Chinese alias.
            #[must_use]
            pub fn chinese(self) -> &'static str {
                match self { $(Self::$variant => $chinese,)* }
            }

            /// The kind of record that it leaves.
            #[must_use]
            pub fn from(self) -> Kind {
                match self { $(Self::$variant => Kind::$from,)* }
            }

            /// The kind of record that it enters.
            #[must_use]
            pub fn to(self) -> Kind {
                match self { $(Self::$variant => Kind::$to,)* }
            }
        }
    };
}

relationship_types! {
    GrantedTo "GRANTED_TO" "授权给" Dataset Department "The holder granted the department the dataset.";
    PublishedOn "PUBLISHED_ON" "发布于" Dataset Platform "The dataset is offered on the exchange platform.";
    CascadesTo "CASCADES_TO" "级联到" Platform Platform "What the first offers, the second offers too.";
    Serves "SERVES" "接入" Platform Department "The department is connected to the platform.";
    RelaysTo "RELAYS_TO" "转给" Department Department "What the first has, it passes on to the second.";
    Within "WITHIN" "隶属于" Region Region "A region to its parent.";
    In "IN" "位于" Department Region "A department to its region.";
    Of "OF" "属于条线" Department Line "A department to its line.";
    ReportsTo "REPORTS_TO" "上级" Department Department "A department to its superior in the line.";
    ServesSector "SERVES_SECTOR" "服务板块" Line Sector "A line to a sector that it serves.";
    Leads "LEADS" "牵头" Department Sector "A department to a sector that it leads.";
    Holds "HOLDS" "持有" Department Dataset "A holder to its dataset.";
    Operates "OPERATES" "运营" Department Platform "An operator to its platform.";
    StoredOn "STORED_ON" "存于" Dataset Platform "A dataset to the platform that it is stored on.";
    Delivers "DELIVERS" "办理" Department Service "A department to a service that it delivers.";
    Needs "NEEDS" "需要" Department Dataset "A consumer to a dataset that it needs.";
    Compact "COMPACT" "协同" Region Region "Two regions that agreed to act together.";
    Piloted "PILOTED" "首创" Region Pilot "A region to an innovation first built there.";
    Adopted "ADOPTED" "采用" Region Pilot "A region to an innovation that it took over.";
    AppliesIn "APPLIES_IN" "适用于" Policy Region "A policy to the region that it rules.";
}

impl RelType {
    /// The sharing edges.
    pub const SHARING: [Self; 5] = [Self::GrantedTo, Self::PublishedOn, Self::CascadesTo, Self::Serves, Self::RelaysTo];

    /// The type with this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|t| t.name() == name)
    }

    /// The type with this code, as files store it.
    #[must_use]
    pub fn from_code(code: u8) -> Option<Self> {
        Self::ALL.get(usize::from(code)).copied()
    }

    /// Whether data flows along it.
    #[must_use]
    pub fn is_sharing(self) -> bool {
        (self as u8) < 5
    }

    /// The kind of record whose rows state this relationship with properties of its own, if one does; the others
    /// are columns of a node's record.
    #[must_use]
    pub fn record(self) -> Option<Kind> {
        match self {
            t if t.is_sharing() => Some(Kind::Share),
            Self::Needs => Some(Kind::Need),
            Self::Compact => Some(Kind::Compact),
            Self::Adopted => Some(Kind::Adoption),
            _ => None,
        }
    }
}
