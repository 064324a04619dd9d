//! Stores that exchange logs: each in a place of its own.
#![allow(dead_code, unreachable_pub, clippy::unwrap_used, missing_docs)]

use std::path::PathBuf;

use crate::support::{Place, Ran, copy, import, sample};

/// A small catalog of one department that holds a dataset, in a folder `catalog` of a new store.
pub fn member(id: &str, region: &str) -> Place {
    let place = Place::with_store(id);
    place.write("catalog/catalog.toml", format!("id = \"{id}\"\nauthority = [\"{region}\"]\n"));
    place.write(
        "catalog/regions.csv",
        format!("code,name,tier,parent\n100000,中国,national,\n{region},地区{region},province,100000\n"),
    );
    place.write("catalog/lines.csv", "id,name,sectors\nx,条线,\n");
    place.write("catalog/departments.csv", format!("id,name,region,line\nd,部门{id},{region},x\n"));
    place.write(
        "catalog/datasets.csv",
        format!("id,title,holder,sector,share,sensitivity\ns,数据{id},d,,unconditional,2\n"),
    );
    place
}

/// Imports the catalog of a place.
pub fn commit(place: &Place) -> Ran {
    import(place, &["catalog"]).well()
}

/// Changes the title of the member's dataset, and imports that.
pub fn retitle(place: &Place, title: &str) {
    let region = place.read("catalog/datasets.csv");
    let line = region.lines().nth(1).unwrap();
    let old = line.split(',').nth(1).unwrap().to_owned();
    place.edit("catalog/datasets.csv", &format!(",{old},"), &format!(",{title},"));
    commit(place);
}

/// Gives a store its key, and returns the public one.
pub fn key(place: &Place) -> String {
    place.run(["key", "generate"]).well();
    shown_key(place)
}

pub fn shown_key(place: &Place) -> String {
    let rows = place.run(["key", "show", "--format", "csv"]).well().rows();
    rows.iter().find(|r| r["standing"] == "own").unwrap()["key"].clone()
}

/// Two provinces of the samples, each in a store of its own, imported.
pub fn provinces() -> (Place, Place) {
    let place = |id: &str, name: &str| {
        let place = Place::with_store(id);
        copy(&sample(&format!("sichuan-chongqing/{name}")), &place.path("catalog"));
        commit(&place);
        place
    };
    (place("cn-sc", "sichuan"), place("cn-cq", "chongqing"))
}

/// Adds a source with a key.
pub fn add(place: &Place, name: &str, source: &Place, catalog: &str, key: &str) {
    let folder = folder(source);
    let folder = folder.to_str().unwrap();
    place.run(["remote", "add", name, folder, "--catalog", catalog, "--key", key]).well();
}

pub fn folder(place: &Place) -> PathBuf {
    place.path("")
}

/// The commits of a catalog as a store's log lists them, oldest first.
pub fn log(place: &Place, catalog: &str) -> Vec<String> {
    let ran = place.run(["log", "--catalog", catalog, "--format", "csv"]).well();
    let mut ids: Vec<String> = ran.rows().iter().map(|r| r["commit"].clone()).collect();
    ids.reverse();
    ids
}

/// How many states a store has.
pub fn states(place: &Place) -> u64 {
    let rows = place.run(["log", "--format", "csv"]).well().rows();
    rows.iter().map(|r| r["state"].parse().unwrap()).max().unwrap_or(0)
}

/// The digest of a store's newest state.
pub fn digest(place: &Place) -> String {
    let head: serde_json::Value = serde_json::from_str(&place.read(".tiaokuai/HEAD")).unwrap();
    head["head"]["digest"].as_str().unwrap_or_else(|| panic!("{head}")).to_owned()
}
