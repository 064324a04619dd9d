//! What a query hands over as a tagged map, as people read it: nodes, relationships and paths as patterns write them, dates
//! and times as their text. JSON shows the maps themselves.

use std::io::Write as _;

use crate::model::Value;

use super::json;

type Entries<'v, 'a> = &'v [(std::borrow::Cow<'a, str>, Value<'a>)];

fn entry<'v, 'a>(entries: Entries<'v, 'a>, key: &str) -> Option<&'v Value<'a>> {
    entries.iter().find(|(k, _)| k == key).map(|(_, value)| value)
}

/// Appends what a tagged map stands for; false where it is a map like any other.
pub(super) fn push(out: &mut Vec<u8>, entries: Entries<'_, '_>) -> bool {
    let [(tag, body)] = entries else { return false };
    match (tag.as_ref(), body) {
        ("$node", Value::Map(node)) => push_node(out, node),
        ("$rel", Value::Map(relationship)) => push_relationship(out, relationship),
        ("$path", Value::Map(path)) => push_path(out, path),
        (
            "$date" | "$time" | "$localtime" | "$datetime" | "$localdatetime" | "$duration" | "$float",
            Value::Text(text),
        ) => {
            out.extend_from_slice(text.as_bytes());
        }
        _ => return false,
    }
    true
}

fn push_node(out: &mut Vec<u8>, node: Entries<'_, '_>) {
    out.push(b'(');
    if let Some(Value::List(labels)) = entry(node, "labels") {
        for label in labels.iter().filter_map(Value::as_text) {
            out.push(b':');
            out.extend_from_slice(label.as_bytes());
        }
    }
    push_properties(out, node);
    out.push(b')');
}

fn push_relationship(out: &mut Vec<u8>, relationship: Entries<'_, '_>) {
    out.extend_from_slice(b"[:");
    out.extend_from_slice(entry(relationship, "type").and_then(Value::as_text).unwrap_or_default().as_bytes());
    push_properties(out, relationship);
    out.push(b']');
}

fn push_properties(out: &mut Vec<u8>, of: Entries<'_, '_>) {
    let Some(Value::Map(properties)) = entry(of, "properties") else { return };
    if properties.is_empty() {
        return;
    }
    if !out.ends_with(b"(") {
        out.push(b' ');
    }
    out.push(b'{');
    for (i, (key, value)) in properties.iter().enumerate() {
        if i > 0 {
            out.extend_from_slice(b", ");
        }
        out.extend_from_slice(key.as_bytes());
        out.extend_from_slice(b": ");
        match value {
            Value::Map(tagged) if push(out, tagged) => {}
            value => json::push_value(out, value),
        }
    }
    out.push(b'}');
}

fn push_path(out: &mut Vec<u8>, path: Entries<'_, '_>) {
    let (Some(Value::List(nodes)), Some(Value::List(relationships))) = (entry(path, "nodes"), entry(path, "rels"))
    else {
        return;
    };
    let mut last = None;
    for (i, node) in nodes.iter().enumerate() {
        let Value::Map(node) = node else { continue };
        if let Some(Value::Map(relationship)) = i.checked_sub(1).and_then(|i| relationships.get(i)) {
            let forward = entry(relationship, "start") == last;
            let _ = out.write_all(if forward { b"-" } else { b"<-" });
            push_relationship(out, relationship);
            let _ = out.write_all(if forward { b"->" } else { b"-" });
        }
        push_node(out, node);
        last = entry(node, "id");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(entries: Vec<(&'static str, Value<'static>)>) -> Value<'static> {
        Value::Map(entries.into_iter().map(|(k, v)| (k.into(), v)).collect())
    }

    fn text(value: &Value<'static>) -> String {
        let Value::Map(entries) = value else { return String::new() };
        let mut out = Vec::new();
        assert!(push(&mut out, entries));
        String::from_utf8(out).unwrap()
    }

    fn node(id: i64, name: &'static str) -> Value<'static> {
        let labels = Value::List(vec![Value::text(Some("部门"))]);
        map(vec![
            ("id", Value::Integer(id)),
            ("labels", labels),
            ("properties", map(vec![("name", Value::text(Some(name)))])),
        ])
    }

    #[test]
    fn nodes_and_paths_read_as_patterns() {
        assert_eq!(text(&map(vec![("$node", node(1, "甲"))])), "(:部门 {name: \"甲\"})");
        let relationship = map(vec![
            ("type", Value::text(Some("RELAYS_TO"))),
            ("start", Value::Integer(2)),
            ("end", Value::Integer(1)),
            ("properties", map(vec![])),
        ]);
        let path = map(vec![
            ("nodes", Value::List(vec![node(1, "甲"), node(2, "乙")])),
            ("rels", Value::List(vec![relationship])),
        ]);
        assert_eq!(text(&map(vec![("$path", path)])), "(:部门 {name: \"甲\"})<-[:RELAYS_TO]-(:部门 {name: \"乙\"})");
        assert_eq!(text(&map(vec![("$date", Value::text(Some("2026-05-01")))])), "2026-05-01");
    }

    #[test]
    fn other_maps_are_left_alone() {
        let mut out = Vec::new();
        assert!(!push(&mut out, &[("a".into(), Value::Integer(1))]));
        assert!(!push(&mut out, &[("$map".into(), map(vec![]))]));
        assert!(out.is_empty());
    }
}
