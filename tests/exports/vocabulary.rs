//! Which catalog's row is the node of a region that several define.

use tiaokuai::model::Kind;

use crate::json_lines;
use crate::sample::State;

/// The name that the node of 440103 has, when catalogs of these authorities define it, each with its own name.
fn winner(catalogs: &[(&str, &str)]) -> String {
    let mut state = State::default();
    for (catalog, authority) in catalogs {
        state.put(catalog, Kind::Catalog, &[("id", catalog), ("authority", authority)]);
        state.put(catalog, Kind::Region, &[("code", "440103"), ("name", catalog), ("parent", "440100")]);
    }
    let text = json_lines(&state);
    let line = text.lines().find(|l| l.contains("\"Region/440103\"")).unwrap();
    let object: serde_json::Value = serde_json::from_str(line).unwrap();
    assert_eq!(text.matches("\"WITHIN\"").count(), 1, "{text}");
    object["properties"]["name"].as_str().unwrap().to_owned()
}

#[test]
fn the_nearest_authority_then_the_smallest_id() {
    assert_eq!(winner(&[("a", "100000"), ("b", "440000"), ("c", "440100")]), "c");
    assert_eq!(winner(&[("a", "440300"), ("b", "100000")]), "b");
    assert_eq!(winner(&[("b", "440000"), ("a", "440000")]), "a");
    assert_eq!(winner(&[("b", "110000"), ("a", "")]), "a");
    assert_eq!(winner(&[("a", "440000"), ("b", "110000;440103")]), "b");
}

#[test]
fn what_lines_and_leads_of_all_catalogs_say_is_united() {
    let text = json_lines(&crate::sample::sample());
    assert_eq!(text.matches("\"SERVES_SECTOR\"").count(), 3, "market, credit and finance, market once");
}
