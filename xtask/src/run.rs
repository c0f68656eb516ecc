//! Running other programs: quiet while they succeed, their whole output when they fail.

use anyhow::{Context, Result, bail};
use indicatif::{ProgressBar, ProgressStyle};
use sha2::{Digest, Sha256};
use std::io::{BufRead, BufReader, IsTerminal, Read};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// One line per step: a spinner with the program's last line on a terminal, plain lines elsewhere.
pub(crate) struct Step {
    bar: ProgressBar,
    name: String,
    begun: Instant,
}

impl Step {
    /// Says that a step has begun.
    pub(crate) fn begin(name: &str) -> Self {
        let bar = ProgressBar::new_spinner();
        if std::io::stderr().is_terminal() {
            if let Ok(style) = ProgressStyle::with_template("{spinner} {prefix}  {wide_msg:.dim}") {
                bar.set_style(style);
            }
            bar.set_prefix(name.to_owned());
            bar.enable_steady_tick(Duration::from_millis(120));
        } else {
            eprintln!("  … {name}");
        }
        Self { bar, name: name.to_owned(), begun: Instant::now() }
    }

    /// Shows how far the step is.
    pub(crate) fn say(&self, message: &str) {
        self.bar.set_message(message.trim().to_owned());
    }

    /// Says that the step is done and how long it took.
    pub(crate) fn done(self) {
        self.bar.finish_and_clear();
        eprintln!("  ✓ {} ({:.1} s)", self.name, self.begun.elapsed().as_secs_f64());
    }

    /// Runs a program as this step, its last line of standard error shown as it goes.
    ///
    /// # Errors
    /// When the program cannot be started or fails: the error holds the end of what it said.
    pub(crate) fn run(&self, command: &mut Command) -> Result<()> {
        let shown = format!("{command:?}").chars().take(300).collect::<String>();
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .with_context(|| format!("cannot start {shown}"))?;
        let stdout = child.stdout.take();
        let reader = std::thread::spawn(move || {
            let mut text = String::new();
            if let Some(mut stdout) = stdout {
                let _ = stdout.read_to_string(&mut text);
            }
            text
        });
        let mut said = Vec::new();
        if let Some(stderr) = child.stderr.take() {
            for line in BufReader::new(stderr).split(b'\n') {
                let line = String::from_utf8_lossy(&line?).into_owned();
                self.say(&line);
                said.push(line);
            }
        }
        let status = child.wait()?;
        let printed = reader.join().unwrap_or_default();
        if !status.success() {
            let tail = |text: &[&str]| text[text.len().saturating_sub(80)..].join("\n");
            let said: Vec<&str> = said.iter().map(String::as_str).collect();
            let printed: Vec<&str> = printed.lines().collect();
            bail!("{} failed ({status})\n{shown}\n{}\n{}", self.name, tail(&printed), tail(&said));
        }
        Ok(())
    }
}

/// Standard output of a program that is expected to succeed.
///
/// # Errors
/// When the program cannot be started or fails.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let shown = format!("{command:?}").chars().take(300).collect::<String>();
    let output = command.stdin(Stdio::null()).output().with_context(|| format!("cannot start {shown}"))?;
    if !output.status.success() {
        bail!("{shown} failed ({})\n{}", output.status, String::from_utf8_lossy(&output.stderr));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Whether a program answers at all.
pub(crate) fn exists(program: &str, argument: &str) -> bool {
    Command::new(program)
        .arg(argument)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok()
}

/// SHA-256 of bytes, in hexadecimal.
pub(crate) fn sha256_hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
