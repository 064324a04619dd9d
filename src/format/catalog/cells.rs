//! From the text of a cell to what a table stores.

use xxhash_rust::xxh3::xxh3_64;

use super::rejection::{Reason, Words};
use crate::model::table::{ABSENT, Cell, float_bits};
use crate::model::vocabulary::{self, Vocabulary};
use crate::model::{ColumnType, Kind, Sym, SymbolScope, ValueType, date, list};

/// Where the texts of cells go, and what qualifies ids.
pub(super) struct Interner<'s, 'b> {
    scope: &'s mut SymbolScope<'b>,
    /// The catalog's id and a colon.
    prefix: String,
    buffer: String,
    dates: DateCache,
    /// Ids of this catalog that were read lately, by a hash of their unqualified text, with the rest of that hash: the edges of one region name the
    /// same few records again and again, and the set of all symbols is far larger than a processor's cache.
    recent: Vec<(u32, Sym)>,
}

/// How many recent ids are kept.
const RECENT: usize = 1 << 14;

impl<'s, 'b> Interner<'s, 'b> {
    /// Texts go to this scope, ids belong to this catalog.
    pub(super) fn new(scope: &'s mut SymbolScope<'b>, catalog: &str) -> Self {
        Self {
            scope,
            prefix: format!("{catalog}:"),
            buffer: String::new(),
            dates: DateCache::new(),
            recent: vec![(0, Sym::NONE); RECENT],
        }
    }

    /// The catalog's id.
    pub(super) fn catalog(&self) -> &str {
        &self.prefix[..self.prefix.len() - 1]
    }

    /// The symbol of a text.
    pub(super) fn intern(&mut self, text: &str) -> Sym {
        self.scope.intern(text)
    }

    /// The text of a symbol.
    pub(super) fn text(&self, sym: Sym) -> &str {
        self.scope.text(sym)
    }

    /// The symbol of an id once qualified, and whether it is this catalog's.
    fn id(&mut self, raw: &str) -> (Sym, bool) {
        if raw.as_bytes().contains(&b':') {
            return (self.scope.intern(raw), raw.starts_with(&self.prefix));
        }
        let hash = xxh3_64(raw.as_bytes());
        let (tag, slot) = ((hash >> 32) as u32, hash as usize % RECENT);
        let (known, recent) = self.recent[slot];
        if known == tag && recent.is_some() && self.scope.text(recent).strip_prefix(self.prefix.as_str()) == Some(raw) {
            return (recent, true);
        }
        self.buffer.clear();
        self.buffer.push_str(&self.prefix);
        self.buffer.push_str(raw);
        let sym = self.scope.intern(&self.buffer);
        self.recent[slot] = (tag, sym);
        (sym, true)
    }

    /// The symbol of a list in its canonical form; absent where it has no items.
    pub(super) fn list(&mut self, raw: &str) -> Sym {
        let canonical = !raw.as_bytes().contains(&b'\\')
            && raw.split(';').all(|item| !item.is_empty() && item.trim().len() == item.len());
        if canonical {
            return self.scope.intern(raw);
        }
        let joined = list::join(list::split(raw));
        if joined.is_empty() { Sym::NONE } else { self.scope.intern(&joined) }
    }

    /// The same for a list of ids, each qualified.
    fn id_list(&mut self, raw: &str) -> Sym {
        let mut joined = String::new();
        for item in list::split(raw) {
            if item.contains(':') {
                list::push(&mut joined, &item);
            } else {
                list::push(&mut joined, &format!("{}{item}", self.prefix));
            }
        }
        if joined.is_empty() { Sym::NONE } else { self.scope.intern(&joined) }
    }
}

/// Days of dates that were read lately: a catalog has few distinct ones, and many of each.
struct DateCache(Vec<(u32, i32)>);

impl DateCache {
    const SIZE: usize = 4096;

    fn new() -> Self {
        Self(vec![(u32::MAX, 0); Self::SIZE])
    }

    fn days(&mut self, raw: &str) -> Option<i64> {
        let &[y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = raw.as_bytes() else {
            return date::parse(raw).map(date::to_days);
        };
        // Ten bytes of which eight are digits fit a number of eight digits, and no two such dates share one.
        let mut key = 0;
        for digit in [y1, y2, y3, y4, m1, m2, d1, d2] {
            if !digit.is_ascii_digit() {
                return None;
            }
            key = key * 10 + u32::from(digit - b'0');
        }
        let entry = &mut self.0[(key.wrapping_mul(0x9E37_79B1) >> 20) as usize % Self::SIZE];
        if entry.0 != key {
            *entry = (key, date::to_days(date::parse(raw)?) as i32);
        }
        Some(i64::from(entry.1))
    }
}

/// What the cells of a column are taken for.
#[derive(Debug)]
enum Form {
    OwnId,
    Reference,
    ReferenceList,
    /// Text that repeats from row to row: a key of a shared vocabulary.
    Key,
    KeyList,
    Tier,
    Text,
    List,
    Integer(i64, i64),
    Float(f64, f64),
    Boolean,
    Date,
    Word(&'static Vocabulary, Vec<Sym>),
}

/// A column of a file.
#[derive(Debug)]
pub(super) struct Column {
    /// The name in the header.
    pub(super) name: String,
    /// The position in the table; none for a column without a name.
    pub(super) target: Option<usize>,
    /// Whether a row without it is rejected.
    pub(super) required: bool,
    /// Whether the id in the last cell that was read is of this catalog.
    pub(super) own: bool,
    form: Form,
    /// The last text that was read and what it became, since neighbouring rows often agree.
    last: String,
    last_cell: Cell,
}

impl Column {
    /// A column that the contract knows.
    pub(super) fn known(name: &str, target: usize, ty: ColumnType, required: bool) -> Self {
        let form = match ty {
            ColumnType::OwnId => Form::OwnId,
            ColumnType::Reference(_) | ColumnType::ShareEnd => Form::Reference,
            ColumnType::ReferenceList(_) => Form::ReferenceList,
            ColumnType::Shared(Kind::Tier) => Form::Tier,
            ColumnType::Shared(_) => Form::Key,
            ColumnType::SharedList(_) => Form::KeyList,
            ColumnType::SharedKey | ColumnType::Text => Form::Text,
            ColumnType::List => Form::List,
            ColumnType::Integer { min, max } => Form::Integer(min, max),
            ColumnType::Float { min, max } => Form::Float(min, max),
            ColumnType::Boolean => Form::Boolean,
            ColumnType::Date => Form::Date,
            ColumnType::Word(vocabulary) => Form::Word(vocabulary, vec![Sym::NONE; vocabulary.words.len()]),
        };
        Self::new(name, Some(target), required, form)
    }

    /// A column that the contract does not know.
    pub(super) fn extra(name: &str, ty: ValueType) -> Self {
        let form = match ty {
            ValueType::Text => Form::Text,
            ValueType::List => Form::List,
            ValueType::Integer => Form::Integer(i64::MIN + 1, i64::MAX),
            ValueType::Float => Form::Float(f64::MIN, f64::MAX),
            ValueType::Boolean => Form::Boolean,
            ValueType::Date => Form::Date,
        };
        Self::new(name, None, false, form)
    }

    fn new(name: &str, target: Option<usize>, required: bool, form: Form) -> Self {
        let last_cell = Cell::Symbol(Sym::NONE);
        Self { name: name.to_owned(), target, required, own: false, form, last: String::new(), last_cell }
    }

    /// An absent cell of this column's form.
    pub(super) fn absent(&self) -> Cell {
        match self.form {
            Form::Integer(..) | Form::Float(..) | Form::Boolean | Form::Date => Cell::Number(ABSENT),
            _ => Cell::Symbol(Sym::NONE),
        }
    }

    /// What a cell without blanks around it is stored as.
    pub(super) fn read(&mut self, with: &mut Interner<'_, '_>, raw: &str) -> Result<Cell, Reason> {
        if raw.is_empty() {
            return if self.required { Err(Reason::Missing) } else { Ok(self.absent()) };
        }
        let cell = match &mut self.form {
            Form::Text => Cell::Symbol(with.intern(raw)),
            Form::List => Cell::Symbol(with.list(raw)),
            Form::OwnId => Cell::Symbol(own_id(with, raw)?),
            Form::Integer(min, max) => Cell::Number(integer(raw, *min, *max)?),
            Form::Float(min, max) => Cell::Number(float(raw, *min, *max)?),
            Form::Boolean => Cell::Number(i64::from(boolean(raw)?)),
            Form::Date => Cell::Number(with.dates.days(raw).ok_or(Reason::NotADate)?),
            Form::Word(vocabulary, symbols) => Cell::Symbol(word(with, vocabulary, symbols, raw)?),
            Form::Reference | Form::ReferenceList | Form::Key | Form::KeyList | Form::Tier => {
                if self.last == raw {
                    return Ok(self.last_cell);
                }
                let sym = match &self.form {
                    Form::Reference => {
                        let (sym, own) = with.id(raw);
                        self.own = own;
                        sym
                    }
                    Form::ReferenceList => with.id_list(raw),
                    Form::KeyList => with.list(raw),
                    Form::Tier => with.intern(tier(raw)),
                    _ => with.intern(raw),
                };
                self.last.clear();
                self.last.push_str(raw);
                self.last_cell = Cell::Symbol(sym);
                self.last_cell
            }
        };
        Ok(cell)
    }
}

/// The id of a tier for its Chinese word; any other text as it stands.
pub(super) fn tier(raw: &str) -> &str {
    vocabulary::TIER.parse(raw).unwrap_or(raw)
}

fn own_id(with: &mut Interner<'_, '_>, raw: &str) -> Result<Sym, Reason> {
    match with.id(raw) {
        (_, true) if raw.len() == with.prefix.len() && raw == with.prefix => Err(Reason::Missing),
        (sym, true) => Ok(sym),
        (_, false) => Err(Reason::ForeignId { catalog: with.catalog().to_owned() }),
    }
}

fn word(
    with: &mut Interner<'_, '_>,
    vocabulary: &'static Vocabulary,
    symbols: &mut [Sym],
    raw: &str,
) -> Result<Sym, Reason> {
    let found = vocabulary.words.iter().position(|(english, chinese)| *english == raw || *chinese == raw);
    let Some(i) = found else { return Err(Reason::NotAWord(Words(vocabulary))) };
    if symbols[i].is_none() {
        symbols[i] = with.intern(vocabulary.words[i].0);
    }
    Ok(symbols[i])
}

/// An integer within bounds.
pub(super) fn integer(raw: &str, min: i64, max: i64) -> Result<i64, Reason> {
    let out = || Reason::OutOfBounds {
        min: (min > ABSENT + 1).then(|| min.to_string()),
        max: (max < i64::MAX).then(|| max.to_string()),
    };
    match raw.parse::<i64>() {
        Ok(n) if (min..=max).contains(&n) && n != ABSENT => Ok(n),
        Ok(n) if n != ABSENT => Err(out()),
        _ => {
            let digits = raw.strip_prefix(['+', '-']).unwrap_or(raw);
            let is_integer = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
            Err(if !is_integer {
                Reason::NotAnInteger
            } else if min > ABSENT + 1 || max < i64::MAX {
                out()
            } else {
                Reason::OutOfBounds { min: None, max: None }
            })
        }
    }
}

/// The stored form of a float within bounds.
pub(super) fn float(raw: &str, min: f64, max: f64) -> Result<i64, Reason> {
    let number = raw.parse::<f64>().map_err(|_| Reason::NotANumber)?;
    if number.is_nan() || raw.bytes().any(|b| b.eq_ignore_ascii_case(&b'i')) {
        return Err(Reason::NotANumber);
    }
    if number.is_infinite() {
        return Err(Reason::OutOfBounds { min: None, max: None });
    }
    if number < min || number > max {
        return Err(Reason::OutOfBounds {
            min: (min > f64::MIN).then(|| min.to_string()),
            max: (max < f64::MAX).then(|| max.to_string()),
        });
    }
    Ok(float_bits(number))
}

fn boolean(raw: &str) -> Result<bool, Reason> {
    let is = |words: &[&str]| words.iter().any(|w| w.eq_ignore_ascii_case(raw));
    match () {
        () if is(&["true", "yes", "1", "是"]) => Ok(true),
        () if is(&["false", "no", "0", "否"]) => Ok(false),
        () => Err(Reason::NotABoolean),
    }
}

/// The first character of a text that no text may hold: a control character other than a tab or a line break.
pub(super) fn control_character(text: &str) -> Option<char> {
    text.chars().find(|&c| (c.is_ascii_control()) && !matches!(c, '\t' | '\n' | '\r'))
}
