//! The branches of the contract that a comparison over random worlds has to have met.

use std::collections::BTreeSet;

use super::silos::SCOPES;

/// Every branch that has to come up.
pub fn branches() -> BTreeSet<String> {
    let mut branches: BTreeSet<String> = BTreeSet::new();
    let mut all = |prefix: &str, of: &[&str]| branches.extend(of.iter().map(|one| format!("{prefix}{one}")));
    all("world: ", &["1 catalogs", "2 catalogs", "3 catalogs"]);
    for scope in SCOPES {
        let prefix = format!("silos: {scope} ");
        all(&prefix, &["withheld", "unshared", "inactive", "blocked", "confined"]);
        all(&prefix, &["violation", "note", "certain", "suspected"]);
    }
    all("silos: needed by ", &["0", "1", "2"]);
    all("silos: no ", &["tier", "region", "line", "sector", "title"]);
    for finding in ["silos: ", "unreachable: "] {
        all(finding, &["0 barriers", "1 barriers", "2 barriers"]);
    }
    let standings = ["Defined", "Broken", "Absent"];
    for prefix in
        ["need: dataset ", "edge: from ", "edge: to ", "dataset: holder ", "dataset: platform ", "platform: operator "]
    {
        all(prefix, &standings);
    }
    all("edge: doubly stated, one side by condition ", &["1", "2", "3", "4", "5"]);
    all("unreachable: cost ", &["1", "2", "3", "null"]);
    for certainty in ["certain ", "suspected "] {
        all(&format!("unreachable: {certainty}"), &["withheld", "unshared", "inactive", "blocked", "cut"]);
    }
    all("why: path of ", &["0", "1", "2", "3", "4"]);
    all("redundant: exempt at tier ", &["none", "province", "city", "county", "township"]);
    for rule in ["built-above", "could-unify", "twice-here"] {
        all("redundant: ", &[&format!("{rule} of no cost")]);
    }
    for (prefix, of) in PLAIN.iter().chain(&super::further::census::BRANCHES) {
        all(prefix, of);
    }
    branches
}

/// Those that are listed one by one.
const PLAIN: [(&str, &[&str]); 10] = [
    (
        "region: ",
        &[
            "of two with authority the nearer",
            "the one with authority",
            "tie of two with authority",
            "tie of two without",
            "no parent",
            "parent dangles",
            "no tier",
            "skips a tier",
            "not where its code is",
        ],
    ),
    ("tier: ", &["defined by a catalog", "catalogs disagree"]),
    ("line: ", &["sectors of two catalogs"]),
    ("department: ", &["no region", "region dangles", "no line", "line dangles"]),
    ("need: ", &["consumer Defined", "consumer Broken", "by the holder"]),
    (
        "edge: ",
        &[
            "GRANTED_TO",
            "PUBLISHED_ON",
            "CASCADES_TO",
            "SERVES",
            "RELAYS_TO",
            "parallel",
            "stated by both sides, but not one on each",
            "doubly stated, by id",
            "doubly stated, one on each side",
        ],
    ),
    (
        "flow: ",
        &[
            "closed by condition 1 alone",
            "closed by condition 2 alone",
            "closed by condition 3 alone",
            "closed by condition 4 alone",
            "closed by condition 5 alone",
            "closed by several conditions",
            "relayed by the holder",
            "relayed by an absent holder",
            "not relayed by a broken holder",
            "passed on by an absent record",
            "two absent records",
            "open to a broken record",
            "kept by a broken record",
            "loop of one",
            "cycle",
            "open with status left out",
            "open with carries left out",
            "open with ceiling left out",
            "open up to the ceiling",
            "open with sectors",
            "open with standards",
        ],
    ),
    (
        "unreachable: ",
        &[
            "withheld",
            "unshared",
            "inactive",
            "blocked",
            "cut",
            "cut beyond repair",
            "violation",
            "note",
            "no service",
            "no consumer_region",
            "no holder",
            "no holder_tier",
            "repair of a doubly stated edge",
            "grassroots county",
            "grassroots of tier township",
            "grassroots of tier village",
            "grassroots of tier district",
            "tier of a catalog's own",
        ],
    ),
    ("why: ", &["no path", "nothing to ask about"]),
    (
        "redundant: ",
        &[
            "built-above violation certain",
            "built-above warning certain",
            "could-unify warning certain",
            "could-unify warning suspected",
            "twice-here violation certain",
            "built-above with 0 members",
            "could-unify with 2 members",
            "could-unify with 3 members",
            "twice-here with 2 members",
            "twice-here with 3 members",
            "operated nowhere",
            "exchange without a tier",
            "exchange of city tier or above under a unified one",
            "exchange below city tier under a unified one",
            "two unified ones, one above another",
            "two unified ones in one region",
            "unified two steps above",
            "blamed, planned",
            "blamed, building",
            "blamed, built Equal",
            "blamed, built Greater",
            "not blamed, built Less",
            "not blamed, a date unknown",
            "not blamed, later than one that does not run",
            "not blamed, the one above does not run",
            "could unify at tier province",
            "could unify at tier city",
            "could unify higher",
            "could unify the exempt",
            "could unify all but the exchange nodes",
            "could unify deep in a subtree",
            "could unify under a parent that dangles",
            "could unify under an authority that dangles",
            "could unify under nothing",
        ],
    ),
];
