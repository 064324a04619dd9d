//! Small states built by hand.

use tiaokuai::model::table::{Cell, float_bits};
use tiaokuai::model::{Kind, Symbols, Table, ValueType, date};

/// A state under construction, or a finished one.
#[derive(Clone, Default)]
pub(crate) struct State {
    pub(crate) tables: Vec<Table>,
    pub(crate) symbols: Symbols,
}

impl State {
    pub(crate) fn snapshot(&self) -> tiaokuai::format::export::Snapshot<'_> {
        tiaokuai::format::export::Snapshot { tables: &self.tables, symbols: &self.symbols }
    }

    /// Adds a record: cells by the name of their column, an unknown one with its type (`depth:integer`).
    pub(crate) fn put(&mut self, catalog: &str, kind: Kind, cells: &[(&str, &str)]) {
        let place = self.tables.iter().position(|t| t.kind == kind).unwrap_or_else(|| {
            self.tables.push(Table::new(kind));
            self.tables.len() - 1
        });
        let table = &mut self.tables[place];
        let row = table.push_row(self.symbols.intern(catalog));
        for (name, text) in cells {
            let (column, ty) = match kind.column(name) {
                Some(column) => (column, kind.columns()[column].ty.value_type()),
                None => {
                    let ty = ValueType::ALL.into_iter().rev().find(|t| name.ends_with(t.suffix())).unwrap();
                    (table.extra_column(name.strip_suffix(ty.suffix()).unwrap(), ty), ty)
                }
            };
            let cell = match ty {
                ValueType::Text | ValueType::List => Cell::Symbol(self.symbols.intern(text)),
                ValueType::Integer => Cell::Number(text.parse().unwrap()),
                ValueType::Float => Cell::Number(float_bits(text.parse().unwrap())),
                ValueType::Boolean => Cell::Number(i64::from(*text == "true")),
                ValueType::Date => Cell::Number(date::to_days(date::parse(text).unwrap())),
            };
            table.set(column, row, cell);
        }
    }
}

/// Two catalogs, a province's and a city's, with everything that a format may trip over.
pub(crate) fn sample() -> State {
    let mut s = State::default();
    let (gd, gz) = ("gd", "gz");
    s.put(
        gd,
        Kind::Catalog,
        &[
            ("id", gd),
            ("title", "广东省目录"),
            ("authority", "440000"),
            ("issued", "2026-05-01"),
            ("policy", "withhold = [\"cost\"]\n"),
            ("contact", "data@gd"),
            ("release:integer", "7"),
            ("weight:float", "2"),
            ("draft:boolean", "false"),
            ("due:date", "2026-12-31"),
            ("languages:list", "zh;en"),
        ],
    );
    s.put(gz, Kind::Catalog, &[("id", gz), ("title", "广州市目录"), ("authority", "440100")]);
    s.put(
        gd,
        Kind::Tier,
        &[("id", "special-zone"), ("rank", "3"), ("name", "经济特区"), ("grassroots", "false"), ("colour", "red")],
    );
    s.put(gd, Kind::Region, &[("code", "440000"), ("name", "广东"), ("tier", "province"), ("parent", "100000")]);
    s.put(gd, Kind::Region, &[("code", "440100"), ("name", "广州(省)"), ("tier", "city"), ("parent", "440000")]);
    s.put(
        gz,
        Kind::Region,
        &[
            ("code", "440100"),
            ("name", "广州"),
            ("tier", "city"),
            ("parent", "440000"),
            ("bloc", "east"),
            ("investment", "1200.5"),
            ("staff", "300"),
        ],
    );
    s.put(gz, Kind::Region, &[("code", "440103"), ("name", "荔湾"), ("tier", "county"), ("parent", "440100")]);
    s.put(gd, Kind::Region, &[("code", "440300"), ("name", "深圳"), ("tier", "city"), ("parent", "440000")]);
    s.put(gd, Kind::Line, &[("id", "tax"), ("name", "税务"), ("sectors", "market;credit")]);
    s.put(gz, Kind::Line, &[("id", "tax"), ("name", "税务"), ("sectors", "market;finance")]);
    s.put(gd, Kind::Sector, &[("id", "market"), ("name", "市场监管"), ("lead", r"gd:tax;gz:odd\;id;gz:gone")]);
    let name = "税务局, \"总局\"\n第二行";
    s.put(gd, Kind::Department, &[("id", "gd:tax"), ("name", name), ("region", "440000"), ("line", "tax")]);
    s.put(gz, Kind::Department, &[("id", r"gz:odd;id"), ("name", "=1+1"), ("region", "440100"), ("line", "tax")]);
    s.put(
        gz,
        Kind::Department,
        &[
            ("id", "gz:tax"),
            ("name", "广州税务 <a&b>\u{1}"),
            ("region", "440103"),
            ("line", "tax"),
            ("superior", "gd:tax"),
            ("kind", "organ"),
            ("opened:date", "1999-12-31"),
            ("remote:boolean", "true"),
        ],
    );
    s.put(
        gd,
        Kind::Platform,
        &[
            ("id", "gd:hub"),
            ("name", "交换平台"),
            ("function", "data-exchange"),
            ("operator", "gd:tax"),
            ("status", "running"),
            ("built", "2020-02-29"),
            ("cost", "1000"),
            ("utilisation", "0.1"),
            ("load:float", "1e-9"),
        ],
    );
    s.put(
        gd,
        Kind::Dataset,
        &[
            ("id", "gd:vat"),
            ("title", "增值税 \\ \"VAT\""),
            ("holder", "gd:tax"),
            ("platform", "gd:hub"),
            ("sector", "market"),
            ("share", "conditional"),
            ("sensitivity", "2"),
            ("quality", "0.75"),
            ("fields", r"企业名称;税额;a\;b"),
            ("depth:integer", "-3"),
            ("tags:list", r"x;y\\z"),
            ("catalog", "taken"),
        ],
    );
    s.put(
        gz,
        Kind::Dataset,
        &[("id", "gz:a:b"), ("title", "两个冒号"), ("holder", "gz:tax"), ("platform", "mof:lost"), ("depth", "deep")],
    );
    s.put(gz, Kind::Service, &[("id", "gz:licence"), ("name", "执照"), ("department", "gz:tax"), ("volume", "12")]);
    s.put(gz, Kind::Pilot, &[("id", "gz:p"), ("name", "试点"), ("region", "440100"), ("since", "2024-01-02")]);
    s.put(gd, Kind::Policy, &[("id", "gd:rule"), ("title", "条例"), ("region", "440000"), ("kind", "security")]);
    s.put(
        gd,
        Kind::Claim,
        &[
            ("subject", "440100"),
            ("measure", "met;share"),
            ("op", ">="),
            ("value", "0.9"),
            ("as_of", "2025-01-01"),
            ("source", "年报"),
        ],
    );
    s.put(gd, Kind::Waiver, &[("finding_id", "00ff"), ("reason", "已批准"), ("by", "办公厅"), ("until", "2027-01-01")]);
    let share = |s: &mut State, by: &str, ty: &str, from: &str, to: &str, more: &[(&str, &str)]| {
        s.put(by, Kind::Share, &[&[("type", ty), ("from", from), ("to", to)], more].concat());
    };
    share(&mut s, gd, "GRANTED_TO", "gd:vat", "gz:tax", &[("status", "requested"), ("since", "2026-01-05")]);
    share(
        &mut s,
        gz,
        "GRANTED_TO",
        "gd:vat",
        "gz:tax",
        &[("status", "active"), ("sectors", "market"), ("ceiling", "3")],
    );
    share(&mut s, gd, "GRANTED_TO", "gd:vat", "gz:tax", &[("id", "k2"), ("note", "second")]);
    share(&mut s, gd, "GRANTED_TO", "gd:vat", "gz:tax", &[("barrier", "risk")]);
    share(&mut s, gd, "SERVES", "gd:hub", "mof:office", &[("status", "active")]);
    share(&mut s, gd, "RELAYS_TO", "gd:tax", "gz:tax", &[]);
    s.put(
        gz,
        Kind::Need,
        &[("consumer", "gz:tax"), ("dataset", "gd:vat"), ("service", "gz:licence"), ("priority", "1")],
    );
    s.put(gz, Kind::Need, &[("consumer", "gz:tax"), ("dataset", "gd:unknown")]);
    s.put(gd, Kind::Compact, &[("a", "440100"), ("b", "440300"), ("name", "穗深协同"), ("since", "2023-03-03")]);
    s.put(gd, Kind::Adoption, &[("pilot", "gz:p"), ("region", "440300"), ("since", "2025-06-06")]);
    s
}
