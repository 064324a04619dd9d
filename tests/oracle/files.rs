//! Writing a world as catalog directories.

use std::fs;
use std::io;
use std::path::Path;

use super::{Catalog, World};

impl World {
    /// Writes the catalogs: a single one into the directory itself, several into a subfolder each.
    pub fn write_to(&self, dir: &Path) -> io::Result<()> {
        match self.catalogs.as_slice() {
            [only] => only.write_to(dir),
            several => several.iter().try_for_each(|one| one.write_to(&dir.join(&one.id))),
        }
    }
}

impl Catalog {
    /// Writes `catalog.toml`, and a CSV file for every kind that has a record: a file with only a header would state
    /// that there is none, and be refused.
    pub fn write_to(&self, dir: &Path) -> io::Result<()> {
        fs::create_dir_all(dir)?;
        fs::write(dir.join("catalog.toml"), self.toml())?;
        self.write_vocabulary(dir)?;
        self.write_records(dir)?;
        self.write_flows(dir)?;
        self.write_rest(dir)
    }

    fn toml(&self) -> String {
        let mut toml = format!("id = {}\n", quoted(&self.id));
        if let Some(title) = &self.title {
            toml += &format!("title = {}\n", quoted(title));
        }
        let authority: Vec<String> = self.authority.iter().map(|code| quoted(code)).collect();
        toml += &format!("authority = [{}]\n", authority.join(", "));
        if let Some(issued) = &self.issued {
            toml += &format!("issued = {}\n", quoted(issued));
        }
        for tier in &self.tiers {
            toml += &format!("\n[[tier]]\nid = {}\nrank = {}\n", quoted(&tier.id), tier.rank);
            toml += &format!("name = {}\ngrassroots = {}\n", quoted(&tier.name), tier.grassroots);
        }
        toml
    }

    fn write_vocabulary(&self, dir: &Path) -> io::Result<()> {
        let header = "code,name,tier,parent,bloc,investment,staff";
        table(dir, "regions.csv", header, &self.regions, |r| {
            let mut row = vec![r.code.clone(), text(&r.name), text(&r.tier), text(&r.parent)];
            row.extend([text(&r.bloc), show(&r.investment), show(&r.staff)]);
            row
        })?;
        table(dir, "lines.csv", "id,name,sectors", &self.lines, |l| {
            vec![l.id.clone(), text(&l.name), list(&l.sectors)]
        })?;
        table(dir, "sectors.csv", "id,name,lead", &self.sectors, |s| vec![s.id.clone(), text(&s.name), list(&s.lead)])
    }

    fn write_records(&self, dir: &Path) -> io::Result<()> {
        let header = "id,name,region,line,superior,kind";
        table(dir, "departments.csv", header, &self.departments, |d| {
            let mut row = vec![d.id.clone(), text(&d.name), text(&d.region), text(&d.line)];
            row.extend([text(&d.superior), text(&d.kind)]);
            row
        })?;
        let header = "id,name,function,operator,nature,scope,status,built,cost,utilisation,exempt,description";
        table(dir, "platforms.csv", header, &self.platforms, |p| {
            let mut row = vec![p.id.clone(), text(&p.name), text(&p.function), text(&p.operator)];
            row.extend([text(&p.nature), text(&p.scope), text(&p.status), text(&p.built)]);
            row.extend([show(&p.cost), show(&p.utilisation), text(&p.exempt)]);
            row.push(text(&p.description));
            row
        })?;
        let header = "id,title,holder,platform,sector,share,sensitivity,standard,frequency,quality,\
                      owner_right,revenue_rule,security_rule,barrier,fields,description";
        table(dir, "datasets.csv", header, &self.datasets, |d| {
            let mut row = vec![d.id.clone(), text(&d.title), text(&d.holder), text(&d.platform)];
            row.extend([text(&d.sector), text(&d.share), show(&d.sensitivity), text(&d.standard)]);
            row.extend([text(&d.frequency), show(&d.quality), text(&d.owner_right)]);
            row.extend([text(&d.revenue_rule), text(&d.security_rule), text(&d.barrier)]);
            row.extend([list(&d.fields), text(&d.description)]);
            row
        })?;
        let header = "id,name,department,volume";
        table(dir, "services.csv", header, &self.services, |s| {
            vec![s.id.clone(), text(&s.name), text(&s.department), show(&s.volume)]
        })
    }

    fn write_flows(&self, dir: &Path) -> io::Result<()> {
        let header = "type,from,to,status,carries,ceiling,sectors,standards,since,barrier,id";
        table(dir, "shares.csv", header, &self.shares, |s| {
            let mut row = vec![s.kind.clone(), s.from.clone(), s.to.clone(), text(&s.status)];
            row.extend([text(&s.carries), show(&s.ceiling), list(&s.sectors), list(&s.standards)]);
            row.extend([text(&s.since), text(&s.barrier), text(&s.id)]);
            row
        })?;
        let header = "consumer,dataset,service,priority";
        table(dir, "needs.csv", header, &self.needs, |n| {
            vec![n.consumer.clone(), n.dataset.clone(), text(&n.service), show(&n.priority)]
        })
    }

    fn write_rest(&self, dir: &Path) -> io::Result<()> {
        table(dir, "compacts.csv", "a,b,name,since", &self.compacts, |c| {
            vec![c.a.clone(), c.b.clone(), text(&c.name), text(&c.since)]
        })?;
        let header = "id,name,function,region,since,standard";
        table(dir, "pilots.csv", header, &self.pilots, |p| {
            let mut row = vec![p.id.clone(), text(&p.name), text(&p.function)];
            row.extend([text(&p.region), text(&p.since), text(&p.standard)]);
            row
        })?;
        table(dir, "adoptions.csv", "pilot,region,since", &self.adoptions, |a| {
            vec![a.pilot.clone(), a.region.clone(), text(&a.since)]
        })?;
        table(dir, "policies.csv", "id,title,region,kind,since", &self.policies, |p| {
            vec![p.id.clone(), text(&p.title), text(&p.region), text(&p.kind), text(&p.since)]
        })?;
        let header = "subject,measure,op,value,as_of,source";
        table(dir, "claims.csv", header, &self.claims, |c| {
            let mut row = vec![c.subject.clone(), c.measure.clone(), c.op.clone()];
            row.extend([c.value.to_string(), text(&c.as_of), text(&c.source)]);
            row
        })?;
        table(dir, "waivers.csv", "finding_id,reason,by,until", &self.waivers, |w| {
            vec![w.finding_id.clone(), text(&w.reason), text(&w.by), text(&w.until)]
        })
    }
}

/// Writes one file, if there is a record to write.
fn table<T>(dir: &Path, file: &str, header: &str, records: &[T], row: impl Fn(&T) -> Vec<String>) -> io::Result<()> {
    if records.is_empty() {
        return Ok(());
    }
    let mut writer = csv::Writer::from_path(dir.join(file))?;
    writer.write_record(header.split(','))?;
    for record in records {
        writer.write_record(row(record))?;
    }
    writer.flush()
}

fn text(value: &Option<String>) -> String {
    value.clone().unwrap_or_default()
}

fn show<T: ToString>(value: &Option<T>) -> String {
    value.as_ref().map(T::to_string).unwrap_or_default()
}

/// A list in a cell: joined by `;`, with `\` before a `;` or a `\` of its own.
fn list(values: &[String]) -> String {
    let escape = |value: &String| value.replace('\\', "\\\\").replace(';', "\\;");
    values.iter().map(escape).collect::<Vec<_>>().join(";")
}

/// A basic string of TOML.
fn quoted(value: &str) -> String {
    let escaped = value.replace('\\', "\\\\").replace('"', "\\\"");
    format!("\"{}\"", escaped.replace('\n', "\\n"))
}
