//! Values, ids, ownership and repetitions.

use super::*;

#[test]
fn columns_come_in_any_order_and_cells_in_both_languages() {
    let read = reading(&[
        (
            "datasets.csv",
            "\u{feff} share , title,holder,id,sensitivity,quality,fields,barrier,sector,地址\r\n\
             无条件共享,\"户籍, \"\"常住\"\"\n人口\", d1 ,x1,1,0.50, 姓名 ;;住址; ,不敢,s:1,\r\n\
             \r\n\
             withheld,,p:d9,c:x2,,1,a\\;b;c\\\\,,,　路 1　\r\n",
        ),
        ("regions.csv", "code,tier,parent,bloc,investment,staff\n110000,省级,100000,东部,66132.5,0\n1,试验区,,,,\n"),
        ("platforms.csv", "id,nature,scope,status,built\np1,硬,统建,停用,2024/5/1\n"),
    ]);
    assert_eq!(rejections(&read, Language::English), [""; 0]);
    assert_eq!(
        rows(&read, Kind::Dataset),
        [
            "2 id=c:x1 title=户籍, \"常住\"\n人口 holder=c:d1 sector=s:1 share=unconditional sensitivity=1 quality=0.5 \
             barrier=risk fields=[\"姓名\", \"住址\"]",
            "5 id=c:x2 holder=p:d9 share=withheld quality=1.0 fields=[\"a;b\", \"c\\\\\"] 地址=路 1",
        ]
    );
    assert_eq!(
        rows(&read, Kind::Region),
        ["2 code=110000 tier=province parent=100000 bloc=east investment=66132.5 staff=0", "3 code=1 tier=试验区"]
    );
    assert_eq!(rows(&read, Kind::Platform), ["2 id=c:p1 nature=hard scope=unified status=retired built=2024-05-01"]);
}

#[test]
fn lists_of_ids_are_qualified_item_by_item() {
    let read = reading(&[("sectors.csv", "id,lead\nggaq, a;p:b ;\ns2,;\n"), ("lines.csv", "id,sectors\nl,ggaq;a:b\n")]);
    assert_eq!(rows(&read, Kind::Sector), ["2 id=ggaq lead=[\"c:a\", \"p:b\"]", "3 id=s2"]);
    assert_eq!(rows(&read, Kind::Line), ["2 id=l sectors=[\"ggaq\", \"a:b\"]"]);
}

#[test]
fn unknown_columns_are_kept_with_their_types() {
    let read = reading(&[(
        "services.csv",
        "id,hot:boolean,n:integer,x:float,since:date,tags:list,note,n,dc:title\n\
         a,是,-7,-0,2020-02-29,b;a,hello,,t\nb,NO,,1e3,,,,seven,\nc,maybe,1.5,nan,2021-02-29,,,,\nd,,1,,,,,one,\n",
    )]);
    assert_eq!(
        rows(&read, Kind::Service),
        [
            "2 id=c:a dc:title=t hot=true n=-7 note=hello since=2020-02-29 tags=[\"b\", \"a\"] x=0.0",
            "3 id=c:b hot=false n=seven x=1000.0",
        ]
    );
    assert_eq!(
        rejections(&read, Language::English),
        [
            "services.csv, line 4, column hot:boolean: \"maybe\" is not true or false (or yes or no, 1 or 0, 是 or 否)",
            "services.csv, line 4, column n:integer: \"1.5\" is not an integer",
            "services.csv, line 4, column x:float: \"nan\" is not a number",
            "services.csv, line 4, column since:date: \"2021-02-29\" is not a date such as 2024-05-01",
            "services.csv, line 5, column n: \"one\" is a second value of this property in the row",
        ]
    );
}

#[test]
fn every_wrong_record_is_named_with_line_column_value_and_reason() {
    let files = [
        (
            "datasets.csv",
            "id,title,share,sensitivity,quality\n,no id,,,\n\"a\nb\",t,免费,5,2\nd3,t,,0,-0.1\nd4,t\nd5,t,,,,\n\
             d6,\"a\"b,,,\nd7,a\u{7}b,,,\nd8,t,,x,inf\nd9,t,,99999999999999999999,1e999\nc:,t,,,\nok,t,,4,1\n",
        ),
        ("regions.csv", "code,staff,investment\n1,-1,\n2,99999999999999999999,-0.5\n"),
        ("needs.csv", "consumer,dataset,priority\nd,x,9223372036854775808\nd,x,-9223372036854775808\n,x,\n"),
        ("claims.csv", "subject,measure,op,value\ns,m,<,1\ns,m,~,\n"),
    ];
    let read = reading(&files);
    let english = rejections(&read, Language::English);
    let expected = [
        "regions.csv, line 2, column staff: \"-1\" is less than 0",
        "regions.csv, line 3, column staff: \"99999999999999999999\" is less than 0",
        "regions.csv, line 3, column investment: \"-0.5\" is less than 0",
        "datasets.csv, line 2, column id: a value is missing",
        "datasets.csv, line 3, column share: \"免费\" is not one of unconditional (无条件共享), conditional (有条件共享), withheld (不予共享)",
        "datasets.csv, line 3, column sensitivity: \"5\" is not between 1 and 4",
        "datasets.csv, line 3, column quality: \"2\" is not between 0 and 1",
        "datasets.csv, line 5, column sensitivity: \"0\" is not between 1 and 4",
        "datasets.csv, line 5, column quality: \"-0.1\" is not between 0 and 1",
        "datasets.csv, line 6: the row has 2 cells, the header 5",
        "datasets.csv, line 7: the row has 6 cells, the header 5",
        "datasets.csv, line 8, column title: \"ab\" goes on after its closing quote; a quote within quotes is written twice",
        "datasets.csv, line 9, column title: \"a\\u{7}b\" holds the control character U+0007",
        "datasets.csv, line 10, column sensitivity: \"x\" is not an integer",
        "datasets.csv, line 10, column quality: \"inf\" is not a number",
        "datasets.csv, line 11, column sensitivity: \"99999999999999999999\" is not between 1 and 4",
        "datasets.csv, line 11, column quality: \"1e999\" is beyond what can be stored",
        "datasets.csv, line 12, column id: \"c:\" a value is missing",
        "claims.csv, line 2, column op: \"<\" is not one of =, >=, <=, ~",
        "claims.csv, line 3, column value: a value is missing",
        "needs.csv, line 2, column priority: \"9223372036854775808\" is beyond what can be stored",
        "needs.csv, line 3, column priority: \"-9223372036854775808\" is beyond what can be stored",
        "needs.csv, line 4, column consumer: a value is missing",
    ];
    assert_eq!(english, expected);
    assert_eq!(rows(&read, Kind::Dataset), ["13 id=c:ok title=t sensitivity=4 quality=1.0"]);
    let chinese = rejections(&read, Language::Chinese);
    assert_eq!(chinese[0], "regions.csv 第 2 行 staff 列:\"-1\" 小于 0");
    assert_eq!(chinese[9], "datasets.csv 第 6 行:本行有 2 格,表头有 5 列");
    let file = read.file(Kind::Dataset).unwrap();
    assert!(!file.header_only);
    let identities: Vec<(u32, Option<&str>)> = file
        .rejected
        .iter()
        .map(|r| {
            let id = r.cells[0].and_then(|cell| match cell {
                crate::model::table::Cell::Symbol(sym) => read.symbols.get(sym),
                crate::model::table::Cell::Number(_) => None,
            });
            (r.line, id)
        })
        .collect();
    assert_eq!(
        identities,
        [
            (2, None),
            (3, Some("c:a\nb")),
            (5, Some("c:d3")),
            (6, Some("c:d4")),
            (7, Some("c:d5")),
            (8, Some("c:d6")),
            (9, Some("c:d7")),
            (10, Some("c:d8")),
            (11, Some("c:d9")),
            (12, None),
        ]
    );
}

#[test]
fn only_the_catalog_itself_states_its_records_edges_and_needs() {
    let read = reading(&[
        ("departments.csv", "id,superior\np:x,a\nc:y,p:b\nz:,\ncc:y,\n"),
        (
            "shares.csv",
            "type,from,to,id\nGRANTED_TO,d,p:x,\nGRANTED_TO,p:d,c:x,\nRELAYS_TO,p:d,q:x,7\nSERVES,p,q,\nRELAYS_TO,p:d,q:x,\n",
        ),
        ("needs.csv", "consumer,dataset\nx,p:d\nc:x,d\np:x,d\n"),
        ("adoptions.csv", "pilot,region\np:a,1\n"),
    ]);
    assert_eq!(rows(&read, Kind::Department), ["3 id=c:y superior=p:b"]);
    assert_eq!(
        rows(&read, Kind::Share),
        ["2 type=GRANTED_TO from=c:d to=p:x", "3 type=GRANTED_TO from=p:d to=c:x", "5 type=SERVES from=c:p to=c:q",]
    );
    assert_eq!(rows(&read, Kind::Need), ["2 consumer=c:x dataset=p:d", "3 consumer=c:x dataset=c:d"]);
    assert_eq!(rows(&read, Kind::Adoption), ["2 pilot=p:a region=1"]);
    let share = "has no end that belongs to c: only the catalog of an end may state a sharing edge";
    assert_eq!(
        rejections(&read, Language::English),
        [
            "departments.csv, line 2, column id: \"p:x\" names another catalog than c, which alone may define the record",
            "departments.csv, line 4, column id: \"z:\" names another catalog than c, which alone may define the record",
            "departments.csv, line 5, column id: \"cc:y\" names another catalog than c, which alone may define the record",
            &format!("shares.csv, line 4, column from: \"p:d\" {share}"),
            &format!("shares.csv, line 6, column from: \"p:d\" {share}"),
            "needs.csv, line 4, column consumer: \"p:x\" does not belong to c: only the catalog of its consumer may state a need",
        ]
    );
    let rejected = &read.file(Kind::Share).unwrap().rejected;
    assert!(rejected[0].complete().is_some_and(|cells| cells.len() == 4 && !cells[3].is_absent()));
}

#[test]
fn repeated_identities_are_rejected_with_the_line_of_the_first() {
    let read = reading(&[
        ("departments.csv", "id,name\na,1\nb,2\nc:a,3\na,4\n"),
        ("needs.csv", "consumer,dataset,service\na,d,\na,d,s\na,d,\na,d,s\n"),
        ("shares.csv", "type,from,to,id\nSERVES,p,a,\nSERVES,p,a,\nSERVES,p,a,1\nSERVES,p,a,1\nSERVES,p,b,1\n"),
        ("compacts.csv", "a,b,name\n1,2,n\n2,1,m\n2,1,n\n"),
        ("adoptions.csv", "pilot,region,since\np,1,\np,1,2020-01-01\n"),
        ("waivers.csv", "finding_id,until\nf,2030-01-01\nf,2031-01-01\n"),
        ("claims.csv", "subject,measure,op,value,as_of\n1,m,=,1,\n1,m,=,2,2020-01-01\n1,m,=,3,2020-01-01\n"),
    ]);
    assert_eq!(
        rejections(&read, Language::English),
        [
            "departments.csv, line 4, column id: \"c:a\" stands already in line 2",
            "departments.csv, line 5, column id: \"c:a\" stands already in line 2",
            "claims.csv, line 4, column subject: \"1, m, 2020-01-01\" stands already in line 3",
            "waivers.csv, line 3, column finding_id: \"f\" stands already in line 2",
            "shares.csv, line 5, column type: \"SERVES, c:p, c:a, 1\" stands already in line 4",
            "needs.csv, line 4, column consumer: \"c:a, c:d\" stands already in line 2",
            "needs.csv, line 5, column consumer: \"c:a, c:d, c:s\" stands already in line 3",
            "compacts.csv, line 4, column a: \"2, 1, n\" stands already in line 2",
            "adoptions.csv, line 3, column pilot: \"c:p, 1\" stands already in line 2",
        ]
    );
    assert_eq!(rows(&read, Kind::Department), ["2 id=c:a name=1", "3 id=c:b name=2"]);
    assert_eq!(rows(&read, Kind::Share).len(), 4);
    assert!(read.file(Kind::Need).unwrap().rejected.is_empty());
}
