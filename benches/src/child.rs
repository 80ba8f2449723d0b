//! Another process, and what it took.

use std::io::Read as _;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::figures::{Failure, Figures, cpu_ns, peak_bytes};

/// How often a process is looked at while it runs. What it takes is known up to the last look.
const LOOK: Duration = Duration::from_millis(5);

/// Runs a program to its end and returns what it wrote, with its own figures and those seen
/// from outside: `wall_ns`, `wall_cpu_ns` and, unless it told that itself, `peak_bytes`.
///
/// # Errors
/// When it cannot be run or ends with anything but success.
pub fn run(command: &mut Command) -> Result<(String, Figures), Failure> {
    let begun = Instant::now();
    let shown = format!("{command:?}");
    let failed = |why: String| Failure::from(format!("{shown}: {why}"));
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| failed(error.to_string()))?;
    let process = child.id().to_string();
    let mut output = child.stdout.take().ok_or("no output")?;
    let reader = thread::spawn(move || {
        let mut text = String::new();
        output.read_to_string(&mut text).map(|_| text)
    });
    let (mut cpu, mut peak) = (None, None);
    let status = loop {
        // Both only ever grow, and are gone when the process is.
        cpu = cpu_ns(&process).max(cpu);
        peak = peak_bytes(&process).filter(|bytes| *bytes > 0).max(peak);
        if let Some(status) = child.try_wait()? {
            break status;
        }
        thread::sleep(LOOK);
    };
    let text = reader.join().map_err(|_| "the reader ended early")??;
    if !status.success() {
        return Err(failed(status.to_string()));
    }
    let mut figures = Figures::parse(&text);
    figures.note("wall_ns", u64::try_from(begun.elapsed().as_nanos())?);
    for (name, seen) in [("wall_cpu_ns", cpu), ("peak_bytes", peak)] {
        if let Some(seen) = seen {
            figures.note(name, seen);
        }
    }
    Ok((text, figures))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_is_seen_from_outside_and_believed_on_what_it_says() {
        let mut command = Command::new("sh");
        command.args(["-c", "echo blocks 3; sleep 0.05; echo peak_bytes 7"]);
        let (text, figures) = run(&mut command).unwrap();
        assert_eq!(text, "blocks 3\npeak_bytes 7\n");
        assert_eq!(figures.get("blocks"), Some(3));
        assert_eq!(figures.get("peak_bytes"), Some(7));
        assert!(figures.get("wall_ns").unwrap() > 50_000_000);
        let failed = run(Command::new("sh").args(["-c", "exit 3"])).unwrap_err();
        assert!(failed.to_string().contains('3'), "{failed}");
    }
}
