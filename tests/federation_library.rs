//! The federation through the library: logs that converge, and who put each record when.
#![allow(clippy::unwrap_used, missing_docs)]

use std::fs;
use std::path::{Path, PathBuf};

use tiaokuai::database::{
    BundleRequest, Database, Environment, Import, Kind, Layout, Reader, TrustGiven, bundle_apply, bundle_create,
    key_trust,
};
use tiaokuai::graph::Graph;
use tiaokuai::model::RelType;

struct Owner {
    folder: tempfile::TempDir,
    id: &'static str,
    database: Database,
}

impl Owner {
    fn new(id: &'static str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database = Database::create(folder.path(), id, &Environment::quiet()).unwrap();
        let owner = Self { folder, id, database };
        owner.write("catalog.toml", &format!("id = \"{id}\"\n"));
        owner
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, file: &str, text: &str) {
        fs::create_dir_all(self.path("catalog")).unwrap();
        fs::write(self.path("catalog").join(file), text).unwrap();
    }

    fn layout(&self) -> &Layout {
        self.database.layout().unwrap()
    }

    fn import(&self) {
        let dir = self.path("catalog");
        let import = Import {
            dir: &dir,
            reader: Reader::default(),
            dry_run: false,
            allow_empty: true,
            allow_deletes: true,
            message: "",
        };
        import.run(&self.database, &Environment::quiet()).unwrap();
    }

    fn datasets(&self, titles: &[&str]) {
        let rows: Vec<String> = titles.iter().enumerate().map(|(i, t)| format!("s{i},{t},d\n")).collect();
        self.write("datasets.csv", &format!("id,title,holder\n{}", rows.concat()));
        self.write("departments.csv", "id,name\nd,部门\n");
        self.import();
    }

    fn bundle(&self) -> PathBuf {
        let path = self.path("out.bundle");
        let request = BundleRequest { since: &[], catalogs: &[], expires_in: 3600, unsigned: true };
        let mut file = fs::File::create(&path).unwrap();
        bundle_create(self.layout(), &request, &mut file, &Environment::quiet()).unwrap();
        path
    }

    fn trusts(&self, others: &[&Owner]) {
        for other in others {
            let given = TrustGiven { key: None, unsigned: true, authority: None };
            key_trust(self.layout(), other.id, given).unwrap();
        }
    }

    fn take(&self, bundle: &Path) {
        bundle_apply(self.layout(), bundle, &Environment::quiet()).unwrap();
    }

    fn digest(&self) -> [u8; 32] {
        // Made anew from the ledger, and held against what was told when it was recorded.
        fs::remove_dir_all(self.layout().projections()).unwrap();
        let snapshot = self.database.snapshot(None, &Reader::default(), &Environment::quiet()).unwrap();
        snapshot.state.unwrap().digest
    }
}

#[test]
fn stores_that_heard_of_the_same_in_another_order_hold_the_same() {
    let (a, b, c) = (Owner::new("a"), Owner::new("b"), Owner::new("c"));
    let all = [&a, &b, &c];
    for owner in all {
        let others: Vec<&Owner> = all.into_iter().filter(|o| o.id != owner.id).collect();
        owner.trusts(&others);
    }
    a.datasets(&["一"]);
    b.datasets(&["甲", "乙"]);
    // a tells b, who changes and tells c, who changes and tells a; each passes on what it heard.
    b.take(&a.bundle());
    b.datasets(&["甲"]);
    c.datasets(&["子"]);
    c.take(&b.bundle());
    c.datasets(&["丑", "寅"]);
    a.datasets(&["一", "二"]);
    a.take(&c.bundle());
    b.take(&c.bundle());
    b.take(&a.bundle());
    // A small commit on top of an arrival costs what it touches; it comes to the same.
    a.datasets(&["一", "二", "三"]);
    b.take(&a.bundle());
    c.take(&a.bundle());
    assert_eq!(a.digest(), b.digest());
    assert_eq!(b.digest(), c.digest());
}

#[test]
fn every_record_knows_the_commit_that_put_it_as_it_is() {
    let owner = Owner::new("a");
    owner.datasets(&["一", "二"]);
    owner.datasets(&["一", "改"]);
    let environment = Environment::quiet();
    let snapshot = owner.database.snapshot(None, &Reader::default(), &environment).unwrap();
    let (dataset, department) = {
        let graph = snapshot.graph.as_ref();
        (graph.find(Kind::Dataset, "a:s0").unwrap(), graph.find(Kind::Department, "a:d").unwrap())
    };
    assert_eq!(snapshot.graph.node_commit(dataset), None, "nobody asked");
    let with = snapshot.with_commits(&environment).unwrap();
    let graph: &dyn Graph = with.graph.as_ref();
    let commit = |id: &str| graph.node_commit(graph.find(Kind::Dataset, id).unwrap()).unwrap().to_owned();
    assert_ne!(commit("a:s0"), commit("a:s1"));
    assert_eq!(graph.node_commit(department), Some(&*commit("a:s0")));
    // What a column states was said when its record was.
    let held = graph.outgoing(RelType::Holds, department);
    let of: Vec<&str> = held.iter().map(|(_, edge)| graph.edge_commit(RelType::Holds, edge).unwrap()).collect();
    assert_eq!(of, [commit("a:s0"), commit("a:s1")]);
    let earlier = owner.database.snapshot(Some("1"), &Reader::default(), &environment).unwrap();
    let earlier = earlier.with_commits(&environment).unwrap();
    assert_eq!(earlier.graph.node_commit(dataset), Some(&*commit("a:s0")));
}

#[test]
fn one_catalog_can_be_asked_alone() {
    let (a, b) = (Owner::new("a"), Owner::new("b"));
    a.datasets(&["一"]);
    b.datasets(&["甲", "乙"]);
    a.trusts(&[&b]);
    a.take(&b.bundle());
    let snapshot = || a.database.snapshot(None, &Reader::default(), &Environment::quiet()).unwrap();
    assert_eq!(snapshot().graph.count(Kind::Dataset), 3);
    assert_eq!(snapshot().only("b").unwrap().graph.count(Kind::Dataset), 2);
    let error = snapshot().only("c").unwrap_err().to_string();
    assert!(error.contains("there are a, b"), "{error}");
}
