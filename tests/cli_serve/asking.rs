//! Findings and queries: the same over HTTP as on the command line, and what is refused with which words.

use crate::serve_support::Served;
use crate::support::{guangdong, import};

#[test]
fn what_is_answered_is_what_the_commands_answer() {
    let place = guangdong();
    let served = Served::of(&place, &[]);
    assert_eq!(served.get("/health", None).body, "{\"status\":\"ok\"}");
    let asked = |path: &str| served.get(path, None);
    let csv = asked("/v1/findings/silos?scope=region&format=csv&today=2026-11-01");
    let said = place.run(["silos", "--scope", "region", "--format", "csv", "--today", "2026-11-01"]).well();
    assert_eq!((csv.status, csv.body), (200, said.out));
    let json = asked("/v1/findings/unreachable?tier=all&region=440100&today=2026-11-01&lang=zh");
    let words = ["unreachable", "--tier", "all", "--region", "440100", "--today", "2026-11-01", "--lang", "zh"];
    assert_eq!(json.body, place.run(words.iter().chain(&["--format", "json"])).well().out);
    // Numbers, lists and words that have to be given.
    let overdue = asked("/v1/findings/overdue?holidays=2026-10-01,2026-10-02&today=2026-11-01&format=csv");
    assert_eq!(overdue.status, 200, "{}", overdue.body);
    assert_eq!(asked("/v1/findings/cohesion?format=csv").body, place.run(["cohesion", "--format", "csv"]).well().out);
    let statement = "MATCH (d:Dataset {share: $share}) RETURN d.id ORDER BY d.id LIMIT 3";
    let queried = served.query("?format=csv", statement, "{\"share\":\"withheld\"}", None);
    let said = place.run(["query", statement, "-p", "share=withheld", "--format", "csv"]).well().out;
    assert_eq!((queried.status, queried.body), (200, said));
    let called =
        served.query("?today=2026-11-01", "CALL silos({scope: 'tier'}) YIELD dataset RETURN count(*) AS n", "{}", None);
    assert!(called.status == 200 && called.body.contains("\"n\":"), "{called:?}");
    // It answers from the newest state, whoever wrote it meanwhile.
    let state = || served.get("/v1/state", None).body;
    assert!(state().contains("\"state\":1"), "{}", state());
    place.edit("catalog/datasets.csv", ",有条件共享,", ",无条件共享,");
    import(&place, &["catalog"]).well();
    assert!(state().contains("\"state\":2"), "{}", state());
    assert_eq!(served.stop().code, Some(0));
}

#[test]
fn what_is_wrong_is_said_in_both_languages_and_by_a_code() {
    let place = guangdong();
    let served = Served::of(&place, &[]);
    for (path, status, part) in [
        ("/v1/findings/nothing", 404, "没有问题类型"),
        ("/v1/findings/silos?scope=moon", 400, "scope"),
        ("/v1/findings/silos?colour=red", 400, "colour"),
        ("/v1/findings/silos?region=999999", 400, "999999"),
        ("/v1/findings/silos?today=soon", 400, "写作 2026-05-01"),
        ("/v1/findings/silos?format=graphml", 400, "没有格式"),
        ("/v1/findings/silos?agreed_only=perhaps", 400, "true or false"),
        ("/v1/findings/prescribe?k=many", 400, "a number is wanted"),
        ("/v1/findings/why", 400, "consumer"),
        ("/v1/findings/..%2f..%2fetc%2fpasswd", 404, "no finding"),
        ("/v1/logs/..%2F..%2F.tiaokuai", 404, "no log"),
        ("/v1/logs/cn-nowhere", 404, "没有目录"),
        ("/v1/logs/cn-gd/commits?since=ff", 404, "not in the log"),
        ("/../../etc/passwd", 404, "openapi"),
        ("/elsewhere", 404, "openapi"),
        ("/v1/query", 405, "does not take that method"),
    ] {
        let answer = served.get(path, None);
        assert_eq!(answer.status, status, "{path}: {}", answer.body);
        assert!(answer.body.contains(part), "{path}: {}", answer.body);
        let told: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
        assert!(told["code"].is_string() && told["error"].is_string(), "{path}: {told}");
    }
    for (statement, status, part) in [
        ("MATCH (d:Dataset) SET d.title = 'x'", 403, "只读"),
        ("CREATE (:Dataset {id: 'cn-gd:new'})", 403, "read-only"),
        ("MATCH (d) DETACH DELETE d", 403, "read-only"),
        ("MATCH (d) RETURN e", 400, "UndefinedVariable"),
        ("not a query", 400, "\"at\":["),
        ("RETURN $unknown", 400, "MissingParameter"),
    ] {
        let answer = served.query("", statement, "{}", None);
        assert_eq!(answer.status, status, "{statement}: {}", answer.body);
        assert!(answer.body.contains(part), "{statement}: {}", answer.body);
    }
    let before = place.store_files();
    let heads = |path: &str| place.read(path);
    assert!(heads(".tiaokuai/HEAD").contains("cn-gd") && place.store_files() == before, "nothing was written");
    assert!(served.query("?region=440100", "RETURN 1", "{}", None).body.contains("a query takes"));
    for body in ["", "{", "[]", "{\"query\":1}", "{\"query\":\"RETURN 1\",\"more\":2}"] {
        let ask = format!("POST /v1/query HTTP/1.1\r\nHost: localhost\r\nContent-Length: {}\r\n\r\n{body}", body.len());
        let answer = served.raw(ask.as_bytes());
        assert!(answer.starts_with("HTTP/1.1 400") && answer.contains("is wanted"), "{body}: {answer}");
    }
}

#[test]
fn the_description_speaks_of_every_address() {
    let place = guangdong();
    let served = Served::of(&place, &[]);
    let description: serde_json::Value = serde_json::from_str(&served.get("/openapi.json", None).body).unwrap();
    let paths = description["paths"].as_object().unwrap();
    for path in ["/health", "/v1/state", "/v1/query", "/v1/logs/{catalog}", "/v1/logs/{catalog}/commits"] {
        assert!(paths.contains_key(path), "{path}");
    }
    let findings: Vec<&String> = paths.keys().filter(|path| path.starts_with("/v1/findings/")).collect();
    assert!(findings.len() > 15, "{findings:?}");
    for path in findings {
        let parameters = paths[path]["get"]["parameters"].as_array().unwrap();
        let required = parameters.iter().any(|p| p["required"] == true);
        // Every address that is described is there.
        assert_eq!(served.get(path, None).status, if required { 400 } else { 200 }, "{path}");
    }
}
