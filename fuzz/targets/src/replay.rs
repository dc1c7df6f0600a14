//! Corpora and what was found once, replayed.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use crate::Target;

/// Replays the files and folders that the program was given.
///
/// # Panics
/// When the target does, or a file cannot be read.
pub fn arguments(target: Target) {
    for path in env::args_os().skip(1).map(PathBuf::from) {
        let files = if path.is_dir() { entries(&path) } else { vec![path] };
        replay(target, &files);
    }
}

fn replay(target: Target, files: &[PathBuf]) {
    for file in files {
        let input = fs::read(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        let _named = Named(file);
        target(&input);
    }
}

/// Names the file that made a target panic.
struct Named<'a>(&'a Path);

impl Drop for Named<'_> {
    #[expect(clippy::print_stderr, reason = "whoever looks at a failure wants to know which file")]
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("while replaying {}", self.0.display());
        }
    }
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).map(|all| all.filter_map(Result::ok)).into_iter().flatten();
    entries.map(|entry| entry.path()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::TARGETS;

    fn fuzz() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
    }

    fn corpus(name: &str) -> Vec<PathBuf> {
        entries(&fuzz().join("corpus").join(name))
    }

    /// The corpus, which must be there, and what was found once, which may.
    fn replay_all(name: &str) {
        let corpus = corpus(name);
        assert!(!corpus.is_empty(), "the corpus of {name} is empty or missing");
        let (_, target) = TARGETS.iter().find(|(own, _)| *own == name).unwrap();
        replay(*target, &corpus);
        replay(*target, &entries(&fuzz().join("regressions").join(name)));
    }

    macro_rules! replays {
        ($($name:ident)*) => {
            $(
                #[test]
                fn $name() {
                    replay_all(stringify!($name));
                }
            )*

            const REPLAYED: &[&str] = &[$(stringify!($name)),*];
        };
    }

    replays!(
        assertion basic claims form forwarded jwt metadata opaque proof provision redirect request scope
        uri user_code username visit words
    );

    #[test]
    fn every_target_is_fuzzed_and_replayed() {
        let names = TARGETS.map(|(name, _)| name);
        assert_eq!(REPLAYED, names);
        let manifest = fs::read_to_string(fuzz().join("Cargo.toml")).unwrap();
        let programs = manifest.split("[[bin]]\nname = \"").skip(1);
        assert_eq!(programs.filter_map(|rest| rest.split('"').next()).collect::<Vec<_>>(), names);
        for name in names {
            let program = fuzz().join("fuzz_targets").join(name).with_extension("rs");
            let source = fs::read_to_string(program).unwrap();
            assert!(source.contains(&format!("fuzz_targets::main!({name});")), "{name}");
        }
        for kept in ["corpus", "regressions"] {
            for folder in entries(&fuzz().join(kept)) {
                let name = folder.file_name().unwrap().to_str().unwrap();
                assert!(names.contains(&name), "{} is no target's", folder.display());
            }
        }
    }

    #[test]
    #[should_panic(expected = "the corpus of nobody is empty or missing")]
    fn a_target_without_a_corpus_fails() {
        replay_all("nobody");
    }

    #[test]
    #[should_panic(expected = "were replayed")]
    fn a_file_that_a_target_fails_on_fails_the_replay() {
        replay(|input| panic!("{} bytes were replayed", input.len()), &corpus("scope"));
    }
}
