//! stovepipes (数据烟囱): lines out of which nothing gets.

use super::super::{Row, World};
use super::{ratio, reaches, row};

pub fn stovepipes(world: &World) -> Vec<Row> {
    let union = world.union();
    let reaches = reaches(&union);
    let of_line = |department: &str| union.line_of(department).map(|line| line.id.as_str());
    let mut rows = Vec::new();
    for line in union.lines.keys() {
        let departments = union.departments.keys().filter(|d| of_line(d) == Some(line)).count();
        let (mut pairs, mut inside, mut doubt) = (0, 0, false);
        for dataset in union.datasets.values() {
            let holder = union.holder_of(dataset);
            if holder.and_then(of_line) != Some(line) {
                continue;
            }
            let others: Vec<&String> = reaches[&dataset.id].iter().filter(|d| Some(d.as_str()) != holder).collect();
            pairs += others.len();
            inside += others.iter().filter(|d| of_line(d) == Some(line)).count();
            doubt |= !union.reached_absent(dataset).is_empty();
        }
        let stovepipe = pairs > 0 && inside == pairs;
        let columns = vec![
            ("line", line.clone().into()),
            ("departments", departments.into()),
            ("pairs", pairs.into()),
            ("inside", inside.into()),
            ("share", ratio(inside, pairs)),
        ];
        // *Choice*: that nobody outside has it is what a stovepipe's row says; the other rows say nothing of the kind.
        rows.push(row("stovepipes", 1, columns, if stovepipe { "warning" } else { "note" }, stovepipe && doubt));
    }
    rows
}
