//! The printed lines, run by a real shell and a real curl.

use std::{
    io::Read,
    process::{Command, Stdio},
    sync::mpsc,
    thread,
    time::Duration,
};

use anyhow::{Context, bail};

/// A line to paste, and the comment that says what it shows.
#[derive(Debug, PartialEq, Eq)]
pub struct Line {
    pub comment: String,
    pub command: String,
}

/// What a line answered.
#[derive(Debug, PartialEq, Eq)]
pub struct Answer {
    pub status: u16,
    pub body: String,
}

/// How long all lines may take together.
const LIMIT: Duration = Duration::from_secs(60);
/// What separates the answers; no answer holds it.
const MARK: &str = "\u{1}next\u{1}";

/// The lines of a page: everything from the first comment on.
///
/// # Errors
/// When a comment is not followed by one line.
pub fn lines(page: &[String]) -> anyhow::Result<Vec<Line>> {
    let snippet = page.iter().skip_while(|line| !line.starts_with("# "));
    let snippet: Vec<_> = snippet.filter(|line| !line.is_empty()).collect();
    let pair = |pair: &[&String]| match pair {
        [comment, command] if !command.starts_with('#') => {
            let comment = comment.strip_prefix("# ").context("a line without a comment")?;
            Ok(Line { comment: comment.to_owned(), command: (*command).clone() })
        }
        _ => bail!("a comment without a line: {pair:?}"),
    };
    snippet.chunks(2).map(pair).collect()
}

/// Runs the lines in one shell that has these variables, as if they were pasted one after another.
///
/// # Errors
/// When the shell cannot be run, takes too long, or a line prints no status at its end.
pub fn run(lines: &[Line], env: &[(&str, &str)]) -> anyhow::Result<Vec<Answer>> {
    let mut sh = Command::new("sh");
    sh.args(["-c", &script(lines)]).envs(env.iter().copied());
    // A proxy of the machine has no business here.
    let mut sh = sh.env("no_proxy", "*").stdout(Stdio::piped()).spawn()?;
    let mut stdout = sh.stdout.take().context("sh has no stdout")?;
    let (sender, output) = mpsc::channel();
    thread::spawn(move || {
        let mut bytes = Vec::new();
        let _ = sender.send(stdout.read_to_end(&mut bytes).map(|_| bytes));
    });
    let Ok(output) = output.recv_timeout(LIMIT) else {
        sh.kill()?;
        sh.wait()?;
        bail!("the printed lines took longer than {} s", LIMIT.as_secs());
    };
    sh.wait()?;
    let output = String::from_utf8(output?).context("an answer is not UTF-8")?;
    lines.iter().zip(output.split(MARK)).map(|(line, text)| answer(line, text)).collect()
}

fn script(lines: &[Line]) -> String {
    let mut script = "exec 2>&1\n".to_owned();
    for line in lines {
        script += &format!("{}\n", line.command);
        // A capture that failed shows here, and not in the line that needs it.
        for (at, _) in line.command.match_indices("=$(") {
            let name = line.command[..at].rsplit(' ').next().unwrap_or_default();
            script += &format!("[ -n \"${name}\" ] || echo '{name} is empty'\n");
        }
        script += &format!("printf '{MARK}'\n");
    }
    script
}

/// Every line prints the body, a space and the status.
fn answer(line: &Line, text: &str) -> anyhow::Result<Answer> {
    let (body, status) = text.trim_end().rsplit_once(' ').unwrap_or_default();
    let status = status.parse();
    let status = status.with_context(|| format!("{}: no status in {text:?}", line.comment))?;
    Ok(Answer { status, body: body.trim_end().to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(text: &str) -> Vec<String> {
        text.lines().map(str::to_owned).collect()
    }

    #[test]
    fn the_lines_begin_at_the_first_comment() {
        let found = lines(&page("Tenants\n\n# one\nfirst\n\n# two\nsecond\n")).unwrap();
        let line = |comment: &str, command: &str| Line {
            comment: comment.to_owned(),
            command: command.to_owned(),
        };
        assert_eq!(found, [line("one", "first"), line("two", "second")]);
    }

    #[test]
    fn comments_and_lines_come_in_pairs() {
        for bad in ["# one\n# two\nsecond", "# one\nfirst\nsecond\nthird", "# one"] {
            assert!(lines(&page(bad)).is_err(), "{bad}");
        }
    }

    #[test]
    fn each_line_has_its_own_answer() {
        let text = "# one\nA=$(echo '{} 200'); echo \"$A\"; B=$(echo b)\n# two\necho \"$A $B\" 404";
        let answers = run(&lines(&page(text)).unwrap(), &[]).unwrap();
        let answer = |status, body: &str| Answer { status, body: body.to_owned() };
        assert_eq!(answers, [answer(200, "{}"), answer(404, "{} 200 b")]);
    }

    #[test]
    fn an_empty_capture_and_a_missing_status_are_seen() {
        for bad in [
            "# one\necho 200; A=$(true)",
            "# one\nA=$(echo 200); echo $A; B=$(true)",
            "# one\necho nothing",
            "# one\ntrue",
        ] {
            assert!(run(&lines(&page(bad)).unwrap(), &[]).is_err(), "{bad}");
        }
    }
}
