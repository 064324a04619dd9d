//! The programs that the formats are for read them. Where one is not installed, its test says so and passes.

use std::fs;
use std::process::{Command, Output};

use tiaokuai::model::Kind;

use crate::sample::{State, sample};
use crate::{graph_ml, picture};

/// Runs a program; none where it is not there.
fn run(program: &str, arguments: &[&str]) -> Option<Output> {
    match Command::new(program).args(arguments).output() {
        Ok(output) => Some(output),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => None,
        Err(e) => panic!("{program}: {e}"),
    }
}

const READ: &str = "
import sys, networkx
g = networkx.read_graphml(sys.argv[1], force_multigraph=True)
print(type(g).__name__, g.number_of_nodes(), g.number_of_edges())
d = g.nodes['Dataset/gd:vat']
print(d['label'], d['title'], d['quality'], d['sensitivity'], d['fields'], d['depth:integer'], g.nodes['Dataset/gz:a:b']['depth:text'], d['catalog'])
print(repr(g.nodes['Department/gd:tax']['name']))
print(g.nodes['Department/gz:tax']['remote'], g.nodes['Dataset/gd:unknown']['dangling'])
print(sorted(e['type'] for e in g.get_edge_data('Dataset/gd:vat', 'Department/gz:tax').values()))
";

#[test]
fn networkx_reads_the_graphml() {
    let installed = run("python3", &["-c", "import networkx"]).is_some_and(|o| o.status.success());
    if !installed {
        eprintln!("skipped: networkx is not installed");
        return;
    }
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("sample.graphml");
    fs::write(&path, graph_ml(&sample())).unwrap();
    let output = run("python3", &["-X", "utf8", "-c", READ, path.to_str().unwrap()]).unwrap();
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{err}");
    let lines: Vec<&str> = out.lines().collect();
    assert_eq!(lines[0], "MultiDiGraph 27 35");
    assert_eq!(lines[1], r#"Dataset 增值税 \ "VAT" 0.75 2 企业名称;税额;a\;b -3 deep gd"#);
    assert_eq!(lines[2], r#"'税务局, "总局"\n第二行'"#);
    assert_eq!(lines[3], "True True");
    assert_eq!(lines[4], "['GRANTED_TO', 'GRANTED_TO', 'GRANTED_TO', 'GRANTED_TO']");
}

#[test]
fn graphviz_draws_the_dot() {
    if run("dot", &["-V"]).is_none() {
        eprintln!("skipped: Graphviz is not installed");
        return;
    }
    let mut state: State = sample();
    // What would end a quoted text early, be taken for an escape, or break the picture's XML.
    for id in ["gd:\\", "gd:\"", "gd:&amp;", "gd:a\u{7}b", "gd:\\N", "gd:<b>"] {
        state.put("gd", Kind::Dataset, &[("id", id), ("title", id)]);
    }
    let place = tempfile::tempdir().unwrap();
    for everything in [false, true] {
        let path = place.path().join("sample.dot");
        fs::write(&path, picture(&state, everything)).unwrap();
        let output = run("dot", &["-Tsvg", path.to_str().unwrap()]).unwrap();
        let (svg, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(output.status.success() && !err.contains("syntax"), "{err}");
        for shown in [">交换平台<", ">荔湾<", ">requested<", ">gd:&amp;amp;<", ">gd:\\N<", ">gd:&lt;b&gt;<"] {
            assert!(svg.contains(shown), "{shown} is not in the picture");
        }
        let nodes = svg.matches("class=\"node\"").count();
        assert_eq!(nodes, if everything { 33 } else { 18 });
        assert!(!svg.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\t')));
    }
}
