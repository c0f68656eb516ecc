//! `cargo xtask serve`: from a fresh checkout to links that open.

use crate::demo::{self, FilmLink};
use crate::run::{Step, sha256_hex};
use crate::{root, tools, web};
use anyhow::{Context, Result, bail, ensure};
use qrcode::render::unicode::Dense1x2;
use qrcode::{EcLevel, QrCode};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// What to serve, and where.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Serve the films of this folder of DICOM files instead of the demo films.
    #[arg(long, value_name = "DIR")]
    import: Option<PathBuf>,
    /// Bridge to a DICOMweb server instead of the embedded archive.
    #[arg(long, value_name = "URL", conflicts_with = "import")]
    upstream: Option<String>,
    /// Port on this machine.
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// Folder for the platform's data [default: one under target/ for each kind of platform]
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Open the first link in the browser.
    #[arg(long)]
    open: bool,
    #[command(flatten)]
    web: web::Options,
}

/// Builds, fills the platform, starts it, prints the links, waits.
///
/// # Errors
/// When a tool is missing, a step fails, the port is taken, or the gateway stops by itself.
pub(crate) fn serve(options: &Options) -> Result<()> {
    free(options.port)?;
    if let Some(folder) = &options.import {
        ensure!(folder.is_dir(), "--import {}: there is no such folder", folder.display());
    }
    let (gateway, phantom, web_root) = build(&options.web)?;
    let base = format!("http://localhost:{}", options.port);
    let data =
        options.data.clone().unwrap_or_else(|| root().join("target/platform").join(platform_name(options)));
    std::fs::create_dir_all(&data).with_context(|| format!("--data {}", data.display()))?;

    let links = match (&options.import, &options.upstream) {
        (Some(folder), _) => demo::import(&gateway, &data, folder, &base)?,
        (None, None) => demo::demo_films(&gateway, &phantom, &data, &base)?,
        (None, Some(upstream)) => demo::upstream_films(&gateway, &data, upstream, &base)?,
    };
    let mut child = start(&gateway, &data, &web_root, options)?;
    if let Err(error) = wait_until_healthy(&mut child, options.port) {
        let _ = child.kill();
        return Err(error);
    }
    print_links(&links, &base)?;
    if options.open
        && let Some(first) = links.first()
    {
        let _ = Command::new("xdg-open").arg(&first.link).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
    }
    let status = child.wait()?;
    if !status.success() {
        bail!("the gateway stopped by itself ({status}); what it said stands above");
    }
    Ok(())
}

/// The native programs and the browser side, in release; native and wasm compile side by side.
///
/// # Errors
/// When a compiler or a later step fails.
pub(crate) fn build(options: &web::Options) -> Result<(PathBuf, PathBuf, PathBuf)> {
    tools::wasm_target()?;
    let web_root = std::thread::scope(|scope| {
        let native = scope.spawn(|| {
            let step = Step::begin("gateway and demo generator (release)");
            step.run(tools::cargo().args(["build", "--release", "-p", "gateway", "-p", "phantom"]))?;
            step.done();
            anyhow::Ok(())
        });
        let web_root = web::build(options);
        native.join().map_err(|_| anyhow::anyhow!("a build thread stopped"))??;
        web_root
    })?;
    let release = root().join("target/release");
    Ok((release.join("lightbox"), release.join("phantom"), web_root))
}

fn platform_name(options: &Options) -> String {
    let of = |kind: &str, what: &[u8]| format!("{kind}-{}", &sha256_hex(what)[..6]);
    match (&options.import, &options.upstream) {
        (Some(folder), _) => {
            let folder = folder.canonicalize().unwrap_or_else(|_| folder.clone());
            of("import", folder.as_os_str().as_encoded_bytes())
        }
        (None, Some(upstream)) => of("upstream", upstream.as_bytes()),
        (None, None) => "demo".to_owned(),
    }
}

fn free(port: u16) -> Result<()> {
    TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], port))).map(|_| ()).with_context(|| {
        format!("port {port} is taken: stop what listens there, or choose another with --port")
    })
}

fn start(gateway: &Path, data: &Path, web_root: &Path, options: &Options) -> Result<Child> {
    let mut command = Command::new(gateway);
    command.arg("serve").arg("--data").arg(data).arg("--web-root").arg(web_root);
    command.args(["--listen", &format!("127.0.0.1:{}", options.port)]);
    if let Some(upstream) = &options.upstream {
        command.args(["--upstream", upstream]);
    }
    command.stdin(Stdio::null()).spawn().with_context(|| format!("cannot start {}", gateway.display()))
}

fn wait_until_healthy(child: &mut Child, port: u16) -> Result<()> {
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_secs(20) {
        if let Some(status) = child.try_wait()? {
            bail!("the gateway stopped at once ({status}); what it said stands above");
        }
        if healthy(port) {
            return Ok(());
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    bail!("the gateway did not answer /health on port {port} within 20 seconds")
}

fn healthy(port: u16) -> bool {
    let Ok(mut stream) = TcpStream::connect(SocketAddr::from(([127, 0, 0, 1], port))) else { return false };
    let _ = stream.set_read_timeout(Some(Duration::from_secs(2)));
    let asked = stream.write_all(b"GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    let mut answer = [0_u8; 16];
    asked.is_ok() && stream.read(&mut answer).is_ok() && answer.starts_with(b"HTTP/1.1 200")
}

fn print_links(links: &[FilmLink], base: &str) -> Result<()> {
    for film in links {
        println!("\n{}\n{}", film.title, film.link);
        if let Some(passcode) = &film.passcode {
            println!("passcode / 查看码: {passcode}");
        }
        let code = QrCode::with_error_correction_level(film.link.as_bytes(), EcLevel::M)?;
        println!("{}", code.render::<Dense1x2>().quiet_zone(true).build());
    }
    println!(
        "{} films at {base}. A phone needs HTTPS to decrypt links: `lightbox serve --tls-cert --tls-key`, or a proxy. \
         Ctrl-C stops.",
        links.len()
    );
    Ok(())
}
