//! Sharing edges in words.

use serde::{Serialize, Serializer};

use crate::model::{Language, RelType};

use super::sentence::say;

/// A sharing edge, by the names that a reader knows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct EdgeInWords {
    /// What the edge is.
    #[serde(serialize_with = "type_name")]
    pub edge_type: RelType,
    /// The name or title of the record that it leaves.
    pub from_name: String,
    /// The name of the record that it enters.
    pub to_name: String,
    /// The name of the dataset's holder, where the edge leaves a dataset and its holder is known.
    pub holder_name: Option<String>,
}

fn type_name<S: Serializer>(ty: &RelType, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(ty.name())
}

impl EdgeInWords {
    /// What happens along the edge, as a clause without a full stop: `X grants D to Y`, `X将D授权给Y`.
    #[must_use]
    pub fn clause(&self, language: Language) -> String {
        let (from, to) = (self.from_name.as_str(), self.to_name.as_str());
        let holder = self.holder_name.as_deref();
        match (self.edge_type, holder) {
            (RelType::GrantedTo, Some(holder)) => {
                say!(language, "{holder} grants {from} to {to}", "{holder}将“{from}”授权给{to}")
            }
            (RelType::GrantedTo, None) => say!(language, "{from} is granted to {to}", "将“{from}”授权给{to}"),
            (RelType::PublishedOn, Some(holder)) => {
                say!(language, "{holder} publishes {from} on {to}", "{holder}将“{from}”发布到{to}")
            }
            (RelType::PublishedOn, None) => say!(language, "{from} is published on {to}", "将“{from}”发布到{to}"),
            (RelType::CascadesTo, _) => say!(language, "{from} cascades to {to}", "{from}级联到{to}"),
            (RelType::Serves, _) => say!(language, "{from} serves {to}", "{to}接入{from}"),
            (RelType::RelaysTo, _) => say!(language, "{from} relays to {to}", "{from}转给{to}"),
            (other, _) => {
                let name = language.pick(other.name(), other.chinese());
                say!(language, "{from} {name} {to}", "{from}{name}{to}")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_sharing_edge_is_a_sentence_in_both_languages() {
        let told: Vec<(String, String)> = RelType::SHARING
            .iter()
            .flat_map(|&edge_type| [None, Some("民政局".to_owned())].map(|holder_name| (edge_type, holder_name)))
            .map(|(edge_type, holder_name)| EdgeInWords {
                edge_type,
                from_name: "甲".to_owned(),
                to_name: "乙".to_owned(),
                holder_name,
            })
            .map(|edge| (edge.clause(Language::English), edge.clause(Language::Chinese)))
            .collect();
        let expected = [
            ("甲 is granted to 乙", "将“甲”授权给乙"),
            ("民政局 grants 甲 to 乙", "民政局将“甲”授权给乙"),
            ("甲 is published on 乙", "将“甲”发布到乙"),
            ("民政局 publishes 甲 on 乙", "民政局将“甲”发布到乙"),
            ("甲 cascades to 乙", "甲级联到乙"),
            ("甲 cascades to 乙", "甲级联到乙"),
            ("甲 serves 乙", "乙接入甲"),
            ("甲 serves 乙", "乙接入甲"),
            ("甲 relays to 乙", "甲转给乙"),
            ("甲 relays to 乙", "甲转给乙"),
        ];
        assert_eq!(told, expected.map(|(english, chinese)| (english.to_owned(), chinese.to_owned())));
    }
}
