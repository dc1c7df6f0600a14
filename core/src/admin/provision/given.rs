//! Secrets and passwords: where the file says that they are found. None is ever shown.

use std::{
    ffi::OsString,
    fs::File,
    io::{ErrorKind, Read},
};

use zeroize::Zeroizing;

use super::{table::Table, value::Value};

/// What was given.
pub(super) enum Given<'a> {
    /// The secret or password itself.
    Plain(Zeroizing<String>, Value<'a>),
    /// What is kept of it.
    Hashed(&'a str, Value<'a>),
}

/// More is no secret, but a wrong file.
const MOST: u64 = 64 * 1024;

/// Reads `{ env = … }`, `{ file = … }`, `{ value = … }`, or a hash by the name of its kind, where there is
/// such a kind.
pub(super) fn read<'a>(value: Value<'a>, hash: Option<&str>) -> Option<Given<'a>> {
    let hashed = hash.map(|hash| format!(", {{ {hash} = \"…\" }}")).unwrap_or_default();
    let choices =
        format!("one of {{ env = \"NAME\" }}, {{ file = \"path\" }}, {{ value = \"…\" }}{hashed}");
    // Whatever else stands here may be the secret itself, so not even a wrong name is shown.
    let Some(table) = value.value.is_table().then(|| Table::of(value.clone())).flatten() else {
        value.wrong(format!("does not say where it comes from: write {choices}"));
        return None;
    };
    let entries = table.entries();
    let [(kind, source)] = &*entries else {
        value.wrong(format!("names {} sources, not one: write {choices}", entries.len()));
        return None;
    };
    let plain = |text| Given::Plain(text, source.clone());
    match *kind {
        "env" => from_env(source).map(plain),
        "file" => from_file(source).map(plain),
        "value" => Some(plain(Zeroizing::new(source.hidden_text()?.to_owned()))),
        kind if Some(kind) == hash => Some(Given::Hashed(source.hidden_text()?, source.clone())),
        _ => {
            value.wrong(format!("names an unknown source: write {choices}"));
            None
        }
    }
}

fn from_env(source: &Value<'_>) -> Option<Zeroizing<String>> {
    let name = source.hidden_text()?;
    let wrong = match source.file.env(name).map(OsString::into_string) {
        None => "is not set",
        Some(Err(_)) => "is not UTF-8",
        Some(Ok(text)) if text.is_empty() => "is empty",
        Some(Ok(text)) => return Some(Zeroizing::new(text)),
    };
    // Other text may be the secret, put where its variable should have been named.
    let usual = |b: u8| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_';
    let word = name.contains('_') || !name.bytes().any(|b| b.is_ascii_digit());
    let (shown, name) = match word && name.len() <= 64 && name.bytes().all(usual) {
        true => (name, name),
        false => ("that is named here", "NAME"),
    };
    source.wrong(format!(
        "the environment variable {shown} {wrong}: set it where this program is started, in a shell \
         by export {name}=\"…\""
    ));
    None
}

/// The file's text, without the line end that editors and `echo` put at its end.
fn from_file(source: &Value<'_>) -> Option<Zeroizing<String>> {
    let path = source.file.folder().join(source.hidden_text()?);
    let mut text = Zeroizing::new(String::new());
    let read = File::open(path).and_then(|file| file.take(MOST).read_to_string(&mut text));
    if let Err(error) = read {
        let folder = source.file.folder().display().to_string();
        let folder = if folder.is_empty() { "." } else { &folder };
        source.wrong(match error.kind() {
            ErrorKind::NotFound => {
                format!("there is no such file: write its path, as seen from the folder {folder:?}")
            }
            ErrorKind::PermissionDenied => {
                "this file is locked: let the user that runs this program read it".to_owned()
            }
            ErrorKind::InvalidData => {
                "this file is no text: write the secret into it, and nothing else".to_owned()
            }
            _ => format!("this file cannot be read ({error}): write the path of another"),
        });
        return None;
    }
    let bare = text.strip_suffix('\n').unwrap_or(&text);
    let bare = Zeroizing::new(bare.strip_suffix('\r').unwrap_or(bare).to_owned());
    if bare.is_empty() {
        source.wrong("this file is empty: write the secret into it, and nothing else");
        return None;
    }
    Some(bare)
}
