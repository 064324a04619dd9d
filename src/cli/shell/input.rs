//! Lines of input, made into statements and commands.

use crate::database::{Portion, Splitter};

/// Something to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Entry {
    /// A command of the shell, without its colon.
    Command(Portion),
    /// A statement of the query language.
    Statement(Portion),
}

impl Entry {
    /// The line on which it begins, from 1.
    pub(super) fn line(&self) -> usize {
        let (Self::Command(portion) | Self::Statement(portion)) = self;
        portion.line
    }
}

/// Gathers lines until there is something to be done.
#[derive(Clone, Debug, Default)]
pub(super) struct Input {
    splitter: Splitter,
    lines: usize,
}

impl Input {
    /// Takes a line, and gives what it completes. A line is a command where it begins with a colon, and no statement is
    /// unfinished.
    pub(super) fn take(&mut self, line: &str) -> Vec<Entry> {
        self.lines += 1;
        // Some editors put a mark before the first line.
        let line = if self.lines == 1 { line.trim_start_matches('\u{feff}') } else { line };
        let command = line.trim().strip_prefix(':').filter(|_| self.is_at_rest());
        // To the splitter, the line of a command is a blank one, which it counts.
        self.splitter.push(if command.is_some() { "" } else { line });
        self.splitter.push("\n");
        let statements = std::iter::from_fn(|| self.splitter.cut()).map(Entry::Statement);
        let command = command.map(|text| Entry::Command(Portion { text: text.trim().to_owned(), line: self.lines }));
        statements.chain(command).collect()
    }

    /// Whether no statement is unfinished.
    pub(super) fn is_at_rest(&self) -> bool {
        self.splitter.is_at_rest()
    }

    /// What the end of the input completes: a statement needs no semicolon there.
    pub(super) fn end(&mut self) -> Option<Entry> {
        self.splitter.rest().map(Entry::Statement)
    }
}

/// What a text that was typed asks for, and whether it is all of that.
pub(super) fn entries(text: &str) -> (Vec<Entry>, bool) {
    let mut input = Input::default();
    let entries = text.lines().flat_map(|line| input.take(line)).collect();
    (entries, input.is_at_rest())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_take_a_line_and_statements_as_many_as_they_need() {
        let command = |text: &str, line| Entry::Command(Portion { text: text.to_owned(), line });
        let statement = |text: &str, line| Entry::Statement(Portion { text: text.to_owned(), line });
        let text = " :mode csv \nRETURN 1; RETURN\n:a;\n// why\n:quit";
        let wanted =
            vec![command("mode csv", 1), statement("RETURN 1", 2), statement("RETURN\n:a", 2), command("quit", 5)];
        assert_eq!(entries(text), (wanted, true));
        assert_eq!(entries("RETURN '\n:a"), (vec![], false));
        assert_eq!(entries("/*\n:a\n*/"), (vec![], true));
        assert_eq!(entries(""), (vec![], true));
    }

    #[test]
    fn the_end_completes_a_statement() {
        let mut input = Input::default();
        assert_eq!(input.take("RETURN 1"), vec![]);
        assert_eq!(input.end(), Some(Entry::Statement(Portion { text: "RETURN 1".to_owned(), line: 1 })));
        assert_eq!(input.end(), None);
    }
}
