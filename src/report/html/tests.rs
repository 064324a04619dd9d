//! What the page does with what no import lets through, and with figures at their limits.

use super::super::page::{CatalogLine, Report};
use super::*;

const EVIL: &str = "a\u{1}b\u{2}c\u{7}d\u{1b}[31m\u{7f}\u{85}\u{202e}<b>";

fn page(report: &Report, drawings: &Drawings, language: Language) -> String {
    let mut out = Vec::new();
    write(report, drawings, language, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn grid(name: &str, whole: u64) -> Grid {
    let part = Part { part: whole, whole };
    let row = |depth| GridRow { name: name.to_owned(), depth, cells: vec![part, Part::default()], total: part };
    let columns = vec![name.to_owned(), "另一列".to_owned()];
    Grid { columns, rows: vec![row(0), row(1), row(70)], regions_left_out: 1, columns_left_out: 2 }
}

fn drawings(name: &str, whole: u64) -> Drawings {
    let part = Part { part: whole, whole };
    let level = Level { name: name.to_owned(), departments: whole, datasets: whole };
    let border = Border { up: part, down: Part::default() };
    let standing = Standing { met: part, silos: Part::default(), unreachable: part, redundant: whole, cost: f64::NAN };
    let changes = vec![(name.to_owned(), whole, whole)];
    let trend = Trend { named: name.to_owned(), before: standing, after: standing, changes, ..Trend::default() };
    Drawings {
        tiers: TierFlow { levels: vec![level.clone(), level], borders: vec![border] },
        met: grid(name, whole),
        silos: grid(name, whole),
        trend: Some(trend),
        proofs: Vec::new(),
        plan: name.to_owned(),
    }
}

#[test]
fn no_control_character_and_no_markup_comes_through() {
    let catalog = CatalogLine { id: EVIL.to_owned(), title: EVIL.to_owned(), ..CatalogLine::default() };
    let report = Report { region_name: EVIL.to_owned(), catalogs: vec![catalog], ..Report::default() };
    for language in [Language::English, Language::Chinese] {
        let html = page(&report, &drawings(EVIL, 3), language);
        let harmful = |c: &char| (c.is_control() && *c != '\n') || *c == '\u{202e}';
        assert_eq!(html.chars().find(harmful), None);
        assert!(!html.contains("<b>"));
        assert!(html.contains("d\u{fffd}[31m\u{fffd}\u{fffd}\u{fffd}"));
    }
}

#[test]
fn the_greatest_figures_are_drawn() {
    let html = page(&Report::default(), &drawings("很长的名称".repeat(40).as_str(), u64::MAX), Language::Chinese);
    assert_eq!(html.matches("<svg").count(), 4);
}

#[test]
fn nothing_to_draw_is_not_drawn() {
    let html = page(&Report::default(), &Drawings::default(), Language::English);
    assert_eq!(html.matches("<svg").count(), 0);
}
