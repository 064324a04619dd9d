//! What a browser makes of the page, on a desk and on a phone: it fits, and every drawing is drawn. Without a browser this
//! says that it skips; `TIAOKUAI_BROWSER` names one.

use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::words::page;

/// What hangs is killed after so long, and its test fails.
const DEADLINE: Duration = Duration::from_secs(90);

/// The browser, if there is one.
fn browser() -> Option<PathBuf> {
    let named = std::env::var_os("TIAOKUAI_BROWSER").map(PathBuf::from);
    let names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
    let folders: Vec<PathBuf> = std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()).collect();
    let known = names.iter().flat_map(|name| folders.iter().map(move |folder| folder.join(name)));
    named.into_iter().chain(known).find(|path| path.is_file())
}

/// Runs the browser on a page, and gives what it wrote to standard output.
fn run(browser: &Path, folder: &Path, size: (u32, u32), arguments: &[&str], page: &Path) -> String {
    let mut child = Command::new(browser)
        .args(["--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--disable-dev-shm-usage"])
        .args([
            "--no-first-run",
            "--disable-extensions",
            "--disable-background-networking",
            "--virtual-time-budget=3000",
        ])
        .arg(format!("--user-data-dir={}", folder.join("profile").display()))
        .arg(format!("--window-size={},{}", size.0.max(600), size.1))
        .args(arguments)
        .arg(format!("file://{}", page.display()))
        .stdout(Stdio::from(File::create(folder.join("out")).unwrap()))
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let started = Instant::now();
    while child.try_wait().unwrap().is_none() {
        if started.elapsed() > DEADLINE {
            child.kill().unwrap();
            panic!("the browser does not come to an end");
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    std::fs::read_to_string(folder.join("out")).unwrap()
}

/// A page within one of a width, which says how the inner one is laid out: a window cannot be as narrow as a phone.
fn framed(html: &str, (width, height): (u32, u32)) -> String {
    let inner = html.replace('&', "&amp;").replace('"', "&quot;");
    format!(
        r#"<!DOCTYPE html><html><body style="margin:0;background:#777">
<iframe srcdoc="{inner}" style="display:block;border:0;background:#fff;width:{width}px;height:{height}px"></iframe>
<script>onload = () => {{
  const page = document.querySelector('iframe').contentDocument, root = page.documentElement;
  const box = e => {{ const r = e.getBoundingClientRect(); return [r.left, r.top, r.width, r.height]; }};
  const told = {{ wide: root.scrollWidth, room: root.clientWidth, high: root.scrollHeight,
    charts: [...page.querySelectorAll('svg')].map(box), texts: [...page.querySelectorAll('h1,h2,p,dd,li')].map(box),
    small: Math.min(...[...page.querySelectorAll('svg text')].map(t => t.getBoundingClientRect().height)) }};
  document.title = JSON.stringify(told);
}};</script></body></html>"#
    )
}

/// The picture that the browser took.
struct Picture {
    width: usize,
    pixels: Vec<[u8; 3]>,
}

impl Picture {
    fn read(path: &Path) -> Self {
        let mut reader = png::Decoder::new(BufReader::new(File::open(path).unwrap())).read_info().unwrap();
        let mut bytes = vec![0; reader.output_buffer_size().unwrap()];
        let info = reader.next_frame(&mut bytes).unwrap();
        let step = info.line_size / info.width as usize;
        assert!(step >= 3, "{info:?}");
        let pixels = bytes[..info.buffer_size()].chunks(step).map(|p| [p[0], p[1], p[2]]).collect();
        Self { width: info.width as usize, pixels }
    }

    /// How much of a box is not white, and how many colours it has.
    fn of(&self, [left, top, width, height]: [usize; 4]) -> (f64, usize) {
        let mut colours = std::collections::HashSet::new();
        let (mut all, mut drawn) = (0, 0);
        for row in top..(top + height).min(self.pixels.len() / self.width) {
            for pixel in &self.pixels[row * self.width..][left..(left + width).min(self.width)] {
                all += 1;
                drawn += usize::from(*pixel != [255; 3]);
                colours.insert(*pixel);
            }
        }
        (f64::from(drawn as u32) / f64::from(all.max(1) as u32), colours.len())
    }
}

fn numbers(value: &Value) -> Vec<[f64; 4]> {
    serde_json::from_value(value.clone()).unwrap()
}

fn is_laid_out(browser: &Path, html: &str, width: u32, of: &str) {
    let folder = tempfile::tempdir().unwrap();
    let framed_page = folder.path().join("page.html");
    let layout = |height: u32| -> Value {
        std::fs::write(&framed_page, framed(html, (width, height))).unwrap();
        let dom = run(browser, folder.path(), (width, 900), &["--dump-dom"], &framed_page);
        let title = dom.split_once("<title>").and_then(|(_, rest)| rest.split_once("</title>")).unwrap_or_else(|| {
            panic!("{of}: no layout in {} bytes", dom.len());
        });
        serde_json::from_str(&title.0.replace("&amp;", "&")).unwrap()
    };
    let height = layout(900)["high"].as_u64().unwrap() as u32;
    let told = layout(height);
    assert_eq!(told["room"].as_u64(), Some(width.into()), "{of}");
    assert!(told["wide"].as_u64() <= told["room"].as_u64(), "{of}: {} in {}", told["wide"], told["room"]);
    for [left, _, wide, _] in numbers(&told["texts"]) {
        assert!(left >= 0.0 && left + wide <= f64::from(width) + 0.5, "{of}: a text from {left}, {wide} wide");
    }
    assert!(told["small"].as_f64().unwrap() >= 9.0, "{of}: texts of {} pixels", told["small"]);
    let picture = folder.path().join("page.png");
    let shot = format!("--screenshot={}", picture.display());
    run(browser, folder.path(), (width, height), &[&shot], &framed_page);
    if let Some(keep) = std::env::var_os("TIAOKUAI_PICTURES") {
        std::fs::create_dir_all(&keep).unwrap();
        std::fs::copy(&picture, Path::new(&keep).join(format!("{of}.png"))).unwrap();
    }
    let picture = Picture::read(&picture);
    let charts = numbers(&told["charts"]);
    assert!(charts.len() >= 3, "{of}: {charts:?}");
    for (i, [left, top, wide, high]) in charts.into_iter().enumerate() {
        assert!(left >= 0.0 && wide > 200.0 && high > 80.0, "{of}: drawing {i} is {wide} by {high} at {left}");
        let seen = wide.min(f64::from(width) - left);
        let (drawn, colours) = picture.of([left, top, seen, high].map(|n| n.round() as usize));
        assert!(drawn > 0.03 && colours > 8, "{of}: of drawing {i}, {drawn} is drawn, in {colours} colours");
    }
}

#[test]
fn a_page_fits_a_desk_and_a_phone() {
    let Some(browser) = browser() else {
        println!("skipped: there is no browser (chromium, or TIAOKUAI_BROWSER)");
        return;
    };
    for language in ["en", "zh"] {
        let html = page("sichuan-chongqing", language);
        for width in [1280, 375] {
            is_laid_out(&browser, &html, width, &format!("{language}-{width}"));
        }
    }
}
