//! Importing catalog directories: what becomes a commit, what is refused, and what stays as it was.
#![allow(clippy::unwrap_used)]

mod support;

use std::fs;

use support::{Numbers, Place, Ran, import};

/// A small catalog of every matter that an import minds.
fn catalog(place: &Place) {
    place.write("c/catalog.toml", "id = \"cn-t\"\ntitle = \"试点\"\nauthority = [\"510000\"]\n");
    place.write(
        "c/regions.csv",
        "code,name,tier,parent\n100000,中国,国家级,\n510000,川,省级,100000\n510100,蓉,city,510000\n\
         510104,锦江,county,510100\n510105,青羊,county,510100\n510106,金牛,county,510100\n",
    );
    place.write("c/lines.csv", "id,name,sectors\ntax,税务,market\n");
    place.write("c/sectors.csv", "id,name,lead\nmarket,市场监管,a\n");
    let departments: String =
        "abcdefghij".chars().map(|c| format!("{c},单位{c},51010{},tax,\n", 4 + c as u32 % 3)).collect();
    place.write("c/departments.csv", format!("id,name,region,line,superior\n{departments}"));
    place.write(
        "c/platforms.csv",
        "id,name,operator,nature,scope,status\np,平台,a,软,统建,运行\nq,机房,b,硬,自建,在建\n",
    );
    let datasets: String = (0..10)
        .map(|i| format!("d{i},数据{i},a,无条件共享,1,note {i},{i},{i}.5,是,2024-01-0{},x;y\n", i % 9 + 1))
        .collect();
    place.write(
        "c/datasets.csv",
        format!("id,title,holder,share,sensitivity,remark,pages:integer,weight:float,open:boolean,seen:date,tags:list\n{datasets}"),
    );
    place.write(
        "c/shares.csv",
        "type,from,to,status,ceiling,id\nGRANTED_TO,d1,b,生效,,\nGRANTED_TO,d1,b,生效,,\nGRANTED_TO,d1,b,暂停,2,\n\
         GRANTED_TO,d2,c,active,,one\nSERVES,p,b,,,\nSERVES,p,c,,,\nSERVES,p,d,,,\nSERVES,p,e,,,\nRELAYS_TO,a,f,,,\n\
         PUBLISHED_ON,d3,p,,,\n",
    );
    place.write("c/needs.csv", "consumer,dataset,service,priority\nb,d1,s,1\nc,d4,,2\nd,gone,,1\ne,other:x,,1\n");
    place.write("c/services.csv", "id,name,department,volume\ns,执照,b,9\n");
}

fn imported() -> Place {
    let place = Place::with_store("cn-t");
    catalog(&place);
    import(&place, &["c"]).well();
    place
}

/// A change of the directory makes a commit of exactly these counts.
#[track_caller]
fn commits(ran: Ran, expected: &[(&str, [u64; 3])]) {
    let ran = ran.well();
    let expected = expected.iter().map(|(kind, counts)| ((*kind).to_owned(), *counts)).collect();
    assert_eq!(ran.counts(), expected);
    assert!(ran.state().is_some(), "{}", ran.err);
}

/// Nothing differs, and no commit is made.
#[track_caller]
fn makes_no_commit(place: &Place) {
    let before = place.run(["log", "--format", "csv"]).well().out;
    let ran = import(place, &["c"]).well();
    assert!(ran.counts().is_empty() && ran.state().is_none(), "{ran:?}");
    assert!(ran.err.contains("nothing differs"), "{}", ran.err);
    assert_eq!(place.run(["log", "--format", "csv"]).well().out, before);
}

/// Rewrites the rows of every CSV file.
fn rewrite(place: &Place, mut change: impl FnMut(Vec<csv::StringRecord>) -> Vec<u8>) {
    for entry in fs::read_dir(place.path("c")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|e| e == "csv") {
            let rows = csv::ReaderBuilder::new().has_headers(false).from_path(&path).unwrap().into_records();
            let bytes = change(rows.map(|row| row.unwrap()).collect());
            fs::write(&path, bytes).unwrap();
        }
    }
}

fn written(rows: &[csv::StringRecord], builder: &csv::WriterBuilder) -> Vec<u8> {
    let mut writer = builder.from_writer(Vec::new());
    rows.iter().for_each(|row| writer.write_record(row).unwrap());
    writer.into_inner().unwrap()
}

#[test]
fn the_first_import_puts_everything_and_later_ones_what_differs() {
    let place = Place::with_store("cn-t");
    catalog(&place);
    let all = [
        ("Catalog", [1, 0, 0]),
        ("Region", [6, 0, 0]),
        ("Line", [1, 0, 0]),
        ("Sector", [1, 0, 0]),
        ("Department", [10, 0, 0]),
        ("Platform", [2, 0, 0]),
        ("Dataset", [10, 0, 0]),
        ("Service", [1, 0, 0]),
        ("sharing edge", [10, 0, 0]),
        ("need", [4, 0, 0]),
    ];
    commits(import(&place, &["c"]), &all);
    place.edit("c/datasets.csv", "数据3", "数据三");
    place.edit("c/datasets.csv", "d9,数据9,a,无条件共享,1,note 9,9,9.5,是,2024-01-01,x;y\n", "");
    place.edit("c/departments.csv", "a,单位a", "k,新单位,510104,tax,\na,单位a");
    commits(import(&place, &["c", "-m", "why"]), &[("Department", [1, 0, 0]), ("Dataset", [0, 1, 1])]);
    let log = place.run(["log", "--format", "csv"]).well().rows();
    assert_eq!(log.len(), 2);
    assert_eq!((log[0]["state"].as_str(), log[0]["message"].as_str(), log[0]["deleted"].as_str()), ("2", "why", "1"));
}

#[test]
fn the_same_records_make_no_commit_in_whatever_order_and_spelling() {
    let place = imported();
    makes_no_commit(&place);
    let plain = csv::WriterBuilder::new();
    rewrite(&place, |mut rows| {
        rows[1..].sort_by(|a, b| a.iter().cmp(b.iter()));
        written(&rows, &plain)
    });
    makes_no_commit(&place);
    let mut numbers = Numbers(7);
    for _ in 0..3 {
        rewrite(&place, |mut rows| {
            (2..rows.len()).rev().for_each(|i| rows.swap(i, 1 + numbers.below(i)));
            written(&rows, &plain)
        });
        makes_no_commit(&place);
    }
    let mut quoted = csv::WriterBuilder::new();
    quoted.quote_style(csv::QuoteStyle::Always).terminator(csv::Terminator::CRLF);
    rewrite(&place, |rows| [b"\xef\xbb\xbf", &written(&rows, &quoted)[..]].concat());
    makes_no_commit(&place);
}

#[test]
fn a_file_that_is_left_out_deletes_nothing() {
    let place = imported();
    for file in ["needs.csv", "shares.csv", "datasets.csv", "regions.csv"] {
        fs::remove_file(place.path("c").join(file)).unwrap();
    }
    makes_no_commit(&place);
    assert!(place.run(["stats", "--format", "csv"]).well().out.contains("Dataset,10"));
}

#[test]
fn parallel_edges_are_a_multiset() {
    let place = imported();
    place.edit("c/shares.csv", "GRANTED_TO,d1,b,生效,,\nGRANTED_TO,d1,b,生效,,\n", "GRANTED_TO,d1,b,生效,,\n");
    commits(import(&place, &["c"]), &[("sharing edge", [0, 0, 1])]);
    place.edit("c/shares.csv", "GRANTED_TO,d1,b,生效,,\n", "GRANTED_TO,d1,b,拒绝,,\n");
    commits(import(&place, &["c"]), &[("sharing edge", [0, 1, 0])]);
    place.edit("c/shares.csv", "GRANTED_TO,d1,b,暂停,2,\n", "GRANTED_TO,d1,b,暂停,2,\nGRANTED_TO,d1,b,暂停,2,\n");
    commits(import(&place, &["c"]), &[("sharing edge", [1, 0, 0])]);
    makes_no_commit(&place);
}

#[test]
fn unknown_columns_ids_and_chinese_words_come_out_as_they_should() {
    let place = imported();
    place.run(["export", "--format", "catalog", "--out", "out"]).well();
    let datasets = csv::Reader::from_path(place.path("out/datasets.csv")).unwrap();
    let headers = datasets.into_records().next().map(|r| r.unwrap().len()).unwrap();
    assert!(headers >= 11);
    let text = place.read("out/datasets.csv");
    for part in [
        "remark",
        "pages:integer",
        "weight:float",
        "open:boolean",
        "seen:date",
        "tags:list",
        "note 3",
        "3.5",
        "2024-01-04",
        "x;y",
    ] {
        assert!(text.contains(part), "{part} is not in\n{text}");
    }
    let lines = place.run(["export", "--format", "jsonl"]).well().out;
    let line = lines.lines().find(|l| l.contains("\"Dataset/cn-t:d3\"")).unwrap();
    for part in ["\"share\":\"unconditional\"", "\"pages:integer\":3", "\"remark\":\"note 3\""] {
        assert!(line.contains(part) || line.contains(&part.replace(":integer", "")), "{part} is not in {line}");
    }
    // A catalog of its own, named by its id, takes it back without a difference.
    fs::remove_dir_all(place.path("c")).unwrap();
    fs::rename(place.path("out"), place.path("c")).unwrap();
    makes_no_commit(&place);
}

#[test]
fn dangling_references_are_kept_and_listed() {
    let place = imported();
    let listed = place.run(["dangling", "--format", "csv"]).well().rows();
    let found: Vec<_> = listed.iter().map(|r| (r["record"].as_str(), r["dangling"].as_str())).collect();
    assert_eq!(found, [("cn-t:gone", "broken"), ("other:x", "absent")]);
    assert!(import(&place, &["c"]).well().err.contains("1 broken and 1 absent"));
}

#[test]
fn everything_that_cannot_be_taken_is_named_in_one_run() {
    let place = Place::with_store("cn-t");
    catalog(&place);
    place.edit("c/regions.csv", "510100,蓉,city,510000", "510100,蓉,city,510104");
    place.edit("c/datasets.csv", "d2,数据2,a,无条件共享", "d2,数据2,a,随便共享");
    place.edit("c/datasets.csv", "d4,", ",");
    place.edit("c/datasets.csv", "d6,", "d5,");
    place.edit("c/datasets.csv", "d7,", "other:d7,");
    place.edit("c/shares.csv", "SERVES,p,c,,,", "SERVES,d1,c,,,");
    place.edit("c/shares.csv", "SERVES,p,d,,,", "SERVES,p,d,,9,");
    place.edit("c/needs.csv", "b,d1,s,1", "b,d1,s,1\nb,d1,s,2");
    let before = place.published_files();
    let ran = import(&place, &["c"]).fails(&["records cannot be taken; nothing was changed"]);
    assert_eq!(place.published_files(), before);
    let regions: &[&str] = &["c/regions.csv, line 4, column parent: ", "510104", "above itself", "510100 → "];
    for parts in [
        regions,
        &["c/datasets.csv, line 4, column share: ", "随便共享", "is not one of"],
        &["c/datasets.csv, line 6, column id: ", "missing"],
        &["c/datasets.csv, line 8", "d5", "stands already in line 7"],
        &["c/datasets.csv, line 9, column id: ", "other:d7", "another catalog"],
        &["c/shares.csv, line 7, column from: ", "d1", "Platform"],
        &["c/shares.csv, line 8, column ceiling: ", "\"9\"", "between 1 and 4"],
        &["c/needs.csv, line 3", "stands already in line 2"],
    ] {
        let line = ran.err.lines().find(|l| l.contains(parts[0]));
        let line = line.unwrap_or_else(|| panic!("no {} in\n{}", parts[0], ran.err));
        assert!(parts.iter().all(|part| line.contains(part)), "{parts:?} are not all in {line}");
    }
    let chinese = place.run(["--lang", "zh", "import", "c"]);
    assert!(chinese.err.contains("第 4 行") && chinese.err.contains("错误"), "{}", chinese.err);
}

#[test]
fn lenient_takes_the_good_and_leaves_the_stored_records_of_the_rest() {
    let place = imported();
    let before = place.run(["export", "--format", "jsonl"]).well().out;
    // A spoilt record, a spoilt one among parallel edges, and a loop of regions.
    place.edit("c/datasets.csv", "d2,数据2,a,无条件共享", "d2,改名,a,随便共享");
    place.edit("c/datasets.csv", "d3,数据3", "d3,数据三");
    place.edit("c/shares.csv", "GRANTED_TO,d1,b,暂停,2,", "GRANTED_TO,d1,b,胡说,3,");
    place.edit("c/regions.csv", "510100,蓉,city,510000", "510100,改名,city,510104");
    import(&place, &["c"]).fails(&[]);
    let ran = import(&place, &["--lenient", "c"]).well();
    assert!(ran.err.contains("were left out"), "{}", ran.err);
    let after = place.run(["export", "--format", "jsonl"]).well().out;
    let changed: Vec<&str> = after.lines().filter(|line| !before.lines().any(|l| l == *line)).collect();
    assert!(changed.len() == 1 && changed[0].contains("数据三"), "{changed:#?}");
    assert_eq!(before.lines().count(), after.lines().count());
}

#[test]
fn a_dry_run_tells_and_writes_nothing() {
    let place = imported();
    place.edit("c/datasets.csv", "数据3", "数据三");
    let before = place.store_files();
    let ran = import(&place, &["--dry-run", "c"]).well();
    assert_eq!(ran.counts()["Dataset"], [0, 1, 0]);
    assert!(ran.err.contains("dry run: nothing was written"), "{}", ran.err);
    assert!(place.store_files() == before, "a dry run wrote to the store");
    commits(import(&place, &["c"]), &[("Dataset", [0, 1, 0])]);
}

#[test]
fn a_wrong_folder_does_not_empty_a_catalog() {
    let place = imported();
    let sound = place.read("c/datasets.csv");
    let header = sound.lines().next().unwrap().to_owned() + "\n";
    place.write("c/datasets.csv", &header);
    import(&place, &["c"]).fails(&["datasets.csv", "10 stored records", "--allow-empty"]);
    let third: String = sound.lines().take(8).map(|l| format!("{l}\n")).collect();
    place.write("c/datasets.csv", third);
    import(&place, &["c"]).fails(&["3 of 10 records of datasets.csv", "--allow-deletes"]);
    // A dry run is refused alike: it tells what would happen.
    import(&place, &["c", "--dry-run"]).fails(&["--allow-deletes"]);
    commits(import(&place, &["c", "--allow-deletes"]), &[("Dataset", [0, 0, 3])]);
    place.write("c/datasets.csv", &header);
    commits(import(&place, &["c", "--allow-empty"]), &[("Dataset", [0, 0, 7])]);
    place.write("c/datasets.csv", sound);
    // A fifth is no more than a fifth.
    place.edit("c/departments.csv", "i,单位i,510104,tax,\n", "");
    place.edit("c/departments.csv", "j,单位j,510105,tax,\n", "");
    commits(import(&place, &["c"]), &[("Department", [0, 0, 2]), ("Dataset", [10, 0, 0])]);
}

#[test]
fn another_catalog_and_a_folder_of_several_are_refused() {
    let place = imported();
    place.edit("c/catalog.toml", "cn-t", "cn-other");
    import(&place, &["c"]).fails(&["`cn-other`", "home is `cn-t`"]);
    place.edit("c/catalog.toml", "cn-other", "cn-t");
    place.write("several/one/catalog.toml", "id = \"cn-t\"\n");
    place.write("several/two/catalog.toml", "id = \"cn-u\"\n");
    import(&place, &["several"]).fails(&["several catalogs", "`cn-t`", "name its own folder"]);
    import(&place, &["nowhere"]).fails(&["nowhere"]);
    import(&place, &[".tiaokuai"]).fails(&["catalog.toml"]);
}

#[test]
fn spreadsheets_of_gb18030_are_read_by_their_name() {
    let place = imported();
    // 数据3 → 市场 in GBK, so that the bytes are no UTF-8.
    let text = "id,name,department,volume\ns,\u{0}\u{1},b,9\n".as_bytes().to_vec();
    let gbk: Vec<u8> = text
        .iter()
        .flat_map(|&b| match b {
            0 => vec![0xCA, 0xD0],
            1 => vec![0xB3, 0xA1],
            other => vec![other],
        })
        .collect();
    for file in [
        "regions.csv",
        "lines.csv",
        "sectors.csv",
        "departments.csv",
        "platforms.csv",
        "datasets.csv",
        "shares.csv",
        "needs.csv",
    ] {
        fs::remove_file(place.path("c").join(file)).unwrap();
    }
    place.write("c/services.csv", gbk);
    import(&place, &["c"]).fails(&["services.csv, line 2: byte 0xCA", "--encoding gb18030"]);
    commits(import(&place, &["c", "--encoding", "gb18030"]), &[("Service", [0, 1, 0])]);
    assert!(place.run(["export", "--format", "jsonl"]).well().out.contains("\"name\":\"市场\""));
}
