//! What the tab key offers.

use crate::database::{Vocabulary, Wanted, place};

use super::meta::{Argument, COMMANDS, Command};
use crate::report::Format;

/// What a completion is made from.
#[derive(Clone, Debug, Default)]
pub(super) struct Known {
    /// The words of queries.
    pub(super) vocabulary: Vocabulary,
    /// The parameters that have values.
    pub(super) parameters: Vec<String>,
}

/// What can replace the end of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Offer {
    /// These words, from a byte of the text on.
    Words(usize, Vec<String>),
    /// The name of a file, which begins at this byte.
    File(usize),
}

/// What can be written at the end of a text.
pub(super) fn offer(text: &str, known: &Known) -> Offer {
    let trimmed = text.trim_start();
    match trimmed.strip_prefix(':') {
        Some(rest) if !rest.contains('\n') => command(text, rest, known),
        _ => query(text, known),
    }
}

fn command(text: &str, rest: &str, known: &Known) -> Offer {
    let Some((name, argument)) = rest.split_once(char::is_whitespace) else {
        let names = COMMANDS.iter().map(|c| c.name);
        return Offer::Words(text.len() - rest.len(), beginning(names, rest).collect());
    };
    let argument = argument.trim_start();
    let start = text.len() - argument.len();
    let words = |words: &mut dyn Iterator<Item = &str>| Offer::Words(start, beginning(words, argument).collect());
    match Command::named(name).map(|c| c.argument) {
        Some(Argument::Query) => match query(argument, known) {
            Offer::Words(from, words) => Offer::Words(start + from, words),
            Offer::File(from) => Offer::File(start + from),
        },
        Some(Argument::File) => Offer::File(start),
        Some(Argument::Format) => words(&mut Format::ALL.into_iter().map(Format::name)),
        Some(Argument::Switch) => words(&mut ["on", "off"].into_iter()),
        Some(Argument::Command) => words(&mut COMMANDS.iter().map(|c| c.name)),
        Some(Argument::Parameter) => words(&mut known.parameters.iter().map(String::as_str)),
        Some(Argument::None) | None => Offer::Words(start, Vec::new()),
    }
}

fn query(text: &str, known: &Known) -> Offer {
    let place = place(text);
    let typed = text.get(place.start..).unwrap_or_default();
    let Vocabulary { keywords, labels, relationship_types, keys, procedures, functions } = &known.vocabulary;
    // Words with a namespace are compared whole, and what is typed of the namespace is left as it is.
    let within = |words: &[String]| {
        let qualified = text.get(place.qualified..).unwrap_or_default();
        let behind = place.start - place.qualified;
        let found = beginning(words.iter().map(String::as_str), qualified);
        found.filter_map(|w| w.get(behind..).map(str::to_owned)).collect::<Vec<_>>()
    };
    let all = |words: &[String]| beginning(words.iter().map(String::as_str), typed).map(|w| quoted(&w)).collect();
    let mut found: Vec<String> = match place.wanted {
        Wanted::Nothing => Vec::new(),
        Wanted::Label => all(labels),
        Wanted::RelationshipType => all(relationship_types),
        Wanted::Key => all(keys),
        Wanted::Member => {
            let mut found: Vec<String> = all(keys);
            found.extend(within(functions));
            found
        }
        Wanted::Procedure => within(procedures),
        Wanted::Parameter => {
            let typed = typed.trim_start_matches('$');
            beginning(known.parameters.iter().map(String::as_str), typed).map(|p| format!("${p}")).collect()
        }
        Wanted::Anything => {
            let lower = typed.starts_with(char::is_lowercase);
            let cased = |word: String| if lower { word.to_lowercase() } else { word };
            let mut found: Vec<String> = beginning(keywords.iter().map(String::as_str), typed).map(cased).collect();
            // Without a letter there would be hundreds.
            if !typed.is_empty() {
                found.extend(beginning(functions.iter().map(String::as_str), typed));
            }
            found.extend(beginning(place.names.iter().map(String::as_str), typed));
            found
        }
    };
    found.sort_unstable();
    found.dedup();
    Offer::Words(place.start, found)
}

/// The words that begin as what is typed, in whatever case.
fn beginning<'w>(words: impl Iterator<Item = &'w str>, typed: &str) -> impl Iterator<Item = String> {
    let typed = typed.to_lowercase();
    words.filter(move |word| word.to_lowercase().starts_with(&typed)).map(str::to_owned)
}

/// A name as a query writes it: in back-quotes where it is no word.
fn quoted(name: &str) -> String {
    let word = name.chars().all(|c| c.is_alphanumeric() || c == '_') && !name.starts_with(|c: char| c.is_numeric());
    if word { name.to_owned() } else { format!("`{}`", name.replace('`', "``")) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::database::{Workspace, scratch_vocabulary};

    fn known() -> Known {
        let words = |words: &[&str]| words.iter().map(ToString::to_string).collect();
        let vocabulary = Vocabulary {
            labels: words(&["Dataset", "Department", "数据集"]),
            relationship_types: words(&["SERVES", "SUBSCRIBES", "服务"]),
            keys: words(&["share", "title", "data owner"]),
            procedures: words(&["graph.degree", "graph.reach", "silos"]),
            ..scratch_vocabulary(&Workspace::new())
        };
        Known { vocabulary, parameters: words(&["share", "limit"]) }
    }

    /// What the words at the end of a text may become.
    fn offered(text: &str) -> Vec<String> {
        match offer(text, &known()) {
            Offer::Words(start, words) => words.iter().map(|w| format!("{}{w}", &text[..start])).collect(),
            Offer::File(start) => vec![format!("{}FILE", &text[..start])],
        }
    }

    #[test]
    fn queries_are_completed_with_what_fits_the_place() {
        for (text, wanted) in [
            ("MAT", vec!["MATCH"]),
            ("mat", vec!["match"]),
            ("MATCH (d:da", vec!["MATCH (d:Dataset"]),
            ("MATCH (d:数", vec!["MATCH (d:数据集"]),
            ("MATCH (d)-[:s", vec!["MATCH (d)-[:SERVES", "MATCH (d)-[:SUBSCRIBES"]),
            ("MATCH (d)-[:服", vec!["MATCH (d)-[:服务"]),
            ("MATCH (d {sh", vec!["MATCH (d {share"]),
            ("RETURN d.ti", vec!["RETURN d.title"]),
            ("RETURN d.da", vec!["RETURN d.`data owner`"]),
            ("RETURN date.trun", vec!["RETURN date.truncate"]),
            ("CALL si", vec!["CALL silos"]),
            ("CALL graph.r", vec!["CALL graph.reach"]),
            ("CALL gra", vec!["CALL graph.degree", "CALL graph.reach"]),
            ("RETURN toStr", vec!["RETURN toString", "RETURN toStringOrNull"]),
            ("MATCH (platform) RETURN pla", vec!["MATCH (platform) RETURN platform"]),
            ("RETURN $l", vec!["RETURN $limit"]),
            ("RETURN 'MAT", vec![]),
        ] {
            let found = offered(text);
            assert!(wanted.iter().all(|w| found.iter().any(|f| f == w)), "{text}: {found:?}");
            assert!(found.len() <= wanted.len() + 1, "{text}: {found:?}");
        }
    }

    #[test]
    fn commands_are_completed_with_their_arguments() {
        assert_eq!(offered(":ex"), [":explain", ":export"]);
        assert_eq!(offered(":mode j"), [":mode json", ":mode jsonl"]);
        assert_eq!(offered(":timing "), [":timing on", ":timing off"]);
        assert_eq!(offered(":param sh"), [":param share"]);
        assert_eq!(offered(":export repo"), [":export FILE"]);
        assert_eq!(offered(":explain MATCH (d:Da"), [":explain MATCH (d:Dataset"]);
        assert_eq!(offered(":nothing a"), [] as [&str; 0]);
    }
}
