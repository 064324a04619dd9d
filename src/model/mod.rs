//! What a catalog holds: values, the closed vocabularies, the schema of records, ids, and the changes
//! that are the only way to alter a catalog. This layer imports nothing of ours.

pub mod change;
pub mod date;
pub mod division;
pub mod hex;
pub mod id;
pub mod kind;
pub mod list;
pub mod relationship;
pub mod symbols;
pub mod table;
pub mod value;
pub mod vocabulary;

pub use change::{Batch, ChangeSet, Operation};
pub use kind::{ColumnSpec, ColumnType, Kind};
pub use relationship::RelType;
pub use symbols::{Sym, SymbolScope, Symbols};
pub use table::{Cells, Column, Table};
pub use value::{Language, TAGS, Value, ValueType};
