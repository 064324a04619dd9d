//! What the commands that run queries have in common.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::cli::context::{Context, day};
use crate::cli::exit::{Failure, drawn};
use crate::database::{Asking, Interrupt, Limits, QueryValue, Rule, RuleSet, Warnings, parameter};
use crate::report::Level;

/// What every query takes beside its text and the records.
#[derive(Debug, Clone, clap::Args)]
pub(in crate::cli) struct AskingArgs {
    /// A parameter: `-p limit=10`, `-p name='"51"'`. A value is JSON where it is that, else a text
    #[arg(long = "parameter", short = 'p', value_name = "NAME=VALUE")]
    parameters: Vec<String>,
    /// How long a query may run
    #[arg(long, value_name = "SECONDS", default_value = "3600")]
    timeout: f64,
    /// How much memory a query may gather rows in
    #[arg(long, value_name = "MIB", default_value = "4096")]
    max_memory: u64,
    /// How many rows a query may answer [default: any number]
    #[arg(long, value_name = "ROWS")]
    max_rows: Option<u64>,
    /// Run queries just as they are written, with every rule of the optimizer off
    #[arg(long)]
    no_optimize: bool,
    /// Turn one rule of the optimizer off (EXPLAIN names those that did something)
    #[arg(long, value_name = "RULE", value_parser = rule)]
    without_rule: Vec<Rule>,
    /// The day that findings are held against and that date() gives, as 2026-05-01 [default: today]
    #[arg(long, value_name = "DATE")]
    today: Option<String>,
}

fn rule(name: &str) -> Result<Rule, String> {
    Rule::from_name(name).ok_or_else(|| {
        let names: Vec<&str> = Rule::ALL.into_iter().map(Rule::name).collect();
        format!("the rules are {}", names.join(", "))
    })
}

impl AskingArgs {
    /// The parameters that were given.
    pub(in crate::cli) fn parameters(&self) -> Result<BTreeMap<String, String>, Failure> {
        let mut all = BTreeMap::new();
        for given in &self.parameters {
            let Some((name, value)) = given.split_once('=').filter(|(name, _)| !name.is_empty()) else {
                return Err(Failure::Usage(format!("`{given}`: a parameter is given as NAME=VALUE")));
            };
            all.insert(name.to_owned(), value.to_owned());
        }
        Ok(all)
    }

    /// Calls with what a query is run with, and draws what it was warned of.
    pub(in crate::cli) fn with<T>(
        &self,
        context: &Context,
        text: &str,
        parameters: &BTreeMap<String, QueryValue>,
        interrupt: &Interrupt,
        run: impl FnOnce(&Asking<'_>) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let time = Duration::try_from_secs_f64(self.timeout)
            .map_err(|_| Failure::Usage(format!("--timeout {}: a number of seconds is wanted", self.timeout)))?;
        let limits = Limits { time: Some(time), memory: self.max_memory.saturating_mul(1 << 20), rows: self.max_rows };
        let mut rules = if self.no_optimize { RuleSet::none() } else { RuleSet::all() };
        for rule in &self.without_rule {
            rules = rules.without(*rule);
        }
        let (today, warnings) = (day(self.today.as_deref())?, Warnings::default());
        let outcome = run(&Asking { parameters, limits, interrupt, rules, today, warnings: Some(&warnings) });
        for warning in warnings.take() {
            context.tell(&drawn(text, &warning, Level::Warning, context));
        }
        outcome
    }
}

/// Parameters as they are written, as values.
pub(in crate::cli) fn values(given: &BTreeMap<String, String>) -> BTreeMap<String, QueryValue> {
    given.iter().map(|(name, value)| (name.clone(), parameter(value))).collect()
}
