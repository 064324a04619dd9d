//! The words that mean something to the language.
//!
//! Case does not matter. Most words are free: a label, a type, a key or a variable may be called the same. The others are
//! those that openCypher reserves, and name variables only in back-quotes.

macro_rules! keywords {
    (reserved { $($reserved:ident $reserved_word:literal,)* } free { $($free:ident $free_word:literal,)* }) => {
        /// A word of the language.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Keyword {
            $(#[doc = concat!("`", $reserved_word, "`")] $reserved,)*
            $(#[doc = concat!("`", $free_word, "`")] $free,)*
        }

        const WORDS: &[&str] = &[$($reserved_word,)* $($free_word,)*];

        impl Keyword {
            /// The keyword that a word is, in whatever case.
            #[must_use]
            pub fn of(word: &str) -> Option<Self> {
                let mut upper = [0; LONGEST];
                let upper = upper.get_mut(..word.len())?;
                upper.copy_from_slice(word.as_bytes());
                upper.make_ascii_uppercase();
                match std::str::from_utf8(upper).ok()? {
                    $($reserved_word => Some(Self::$reserved),)*
                    $($free_word => Some(Self::$free),)*
                    _ => None,
                }
            }

            /// The word in capitals.
            #[must_use]
            pub fn word(self) -> &'static str {
                match self {
                    $(Self::$reserved => $reserved_word,)*
                    $(Self::$free => $free_word,)*
                }
            }

            /// Whether a variable can have this name only in back-quotes.
            #[must_use]
            pub fn is_reserved(self) -> bool {
                matches!(self, $(Self::$reserved)|*)
            }
        }
    };
}

/// The length of the longest keyword.
const LONGEST: usize = 10;

keywords! {
    reserved {
        All "ALL",
        And "AND",
        As "AS",
        Asc "ASC",
        Ascending "ASCENDING",
        By "BY",
        Case "CASE",
        Contains "CONTAINS",
        Create "CREATE",
        Delete "DELETE",
        Desc "DESC",
        Descending "DESCENDING",
        Detach "DETACH",
        Distinct "DISTINCT",
        Else "ELSE",
        End "END",
        Ends "ENDS",
        Exists "EXISTS",
        False "FALSE",
        In "IN",
        Is "IS",
        Limit "LIMIT",
        Match "MATCH",
        Merge "MERGE",
        Not "NOT",
        Null "NULL",
        On "ON",
        Optional "OPTIONAL",
        Or "OR",
        Order "ORDER",
        Remove "REMOVE",
        Return "RETURN",
        Set "SET",
        Skip "SKIP",
        Starts "STARTS",
        Then "THEN",
        True "TRUE",
        Union "UNION",
        Unwind "UNWIND",
        When "WHEN",
        Where "WHERE",
        With "WITH",
        Xor "XOR",
    }
    free {
        Any "ANY",
        Call "CALL",
        Catalogs "CATALOGS",
        Collect "COLLECT",
        Count "COUNT",
        Explain "EXPLAIN",
        Filter "FILTER",
        Functions "FUNCTIONS",
        Labeled "LABELED",
        Labels "LABELS",
        Let "LET",
        NoDetach "NODETACH",
        None "NONE",
        Offset "OFFSET",
        Path "PATH",
        Paths "PATHS",
        Procedures "PROCEDURES",
        Profile "PROFILE",
        Reduce "REDUCE",
        Shortest "SHORTEST",
        Show "SHOW",
        Single "SINGLE",
        Use "USE",
        Yield "YIELD",
    }
}

/// All keywords in capitals, reserved ones first, each group in the order of the alphabet.
#[must_use]
pub fn keywords() -> &'static [&'static str] {
    WORDS
}

/// The keyword that a mistyped word most probably means: one or two letters changed, left out, put in or swapped.
#[must_use]
pub fn nearest(word: &str) -> Option<&'static str> {
    let length = word.chars().count();
    let allowed = match length {
        0..3 => return None,
        3..6 => 1,
        _ => 2,
    };
    if length > LONGEST + allowed {
        return None;
    }
    let upper = word.to_uppercase();
    let far = |keyword: &&'static str| strsim::osa_distance(keyword, &upper);
    let nearest = WORDS.iter().copied().min_by_key(far)?;
    (1..=allowed).contains(&far(&nearest)).then_some(nearest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_keyword_is_found_in_any_case() {
        for word in keywords() {
            assert_eq!(Keyword::of(word).map(Keyword::word), Some(*word));
            assert_eq!(Keyword::of(&word.to_lowercase()).map(Keyword::word), Some(*word));
        }
        assert_eq!(keywords().iter().map(|w| w.len()).max(), Some(LONGEST));
        assert_eq!(Keyword::of("matches"), None);
        assert_eq!(Keyword::of("数据集"), None);
        assert_eq!(Keyword::of(""), None);
    }

    #[test]
    fn a_mistyped_word_is_near_what_was_meant() {
        assert_eq!(nearest("RETRUN"), Some("RETURN"));
        assert_eq!(nearest("wehre"), Some("WHERE"));
        assert_eq!(nearest("MTCH"), Some("MATCH"));
        assert_eq!(nearest("OPTINAL"), Some("OPTIONAL"));
        assert_eq!(nearest("n"), None);
        assert_eq!(nearest("match"), None);
        assert_eq!(nearest("dataset"), None);
        assert_eq!(nearest("数据集目录"), None);
    }
}
