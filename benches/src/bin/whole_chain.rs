//! Placeholder.
use benches::figures::{Failure, peak_bytes};
use benches::workload;

fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [name, folder, argument] = &arguments[..] else {
        return Err("usage: whole_chain WORKLOAD FOLDER ARGUMENT".into());
    };
    let workload = workload::ALL.iter().find(|workload| workload.name == name);
    let workload = workload.ok_or("no such workload")?;
    let mut figures = (workload.run)(folder.as_ref(), argument)?;
    if let Some(bytes) = peak_bytes() {
        figures.note("peak_bytes", bytes);
    }
    print!("{figures}");
    Ok(())
}
