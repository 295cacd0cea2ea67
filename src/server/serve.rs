//! The life of a server process: it listens, looks after the store now and then, and comes to an end without leaving anything
//! half done.

use super::attachments::pieces;
use super::command::{open, readable};
use super::config::Config;
use super::router::router;
use super::state::App;
use super::{db, handouts, imports, jobs, ledgers, metrics, throttle};
use crate::error::AppError;
use std::future::{Future, IntoFuture};
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::time::{Instant, interval, timeout_at};

/// Lines of the log wait at most so long for their seal.
const SEALING: Duration = Duration::from_secs(5);
/// Lines that are sealed in one transaction.
const SEALED_AT_ONCE: i64 = 500;
/// So often a process looks for bulks that another one has left.
const LOOKING_AROUND: Duration = Duration::from_secs(60);
/// So often it sweeps.
const SWEEPING: Duration = Duration::from_secs(3_600);
/// So often it counts the ledgers of the province, which are handed out for half an hour at least.
const WARMING: Duration = Duration::from_secs(1_500);
/// What is left over after the end of the requests has so long.
const LAST_MOMENTS: Duration = Duration::from_secs(5);

/// Opens the store, brings it up to date and listens until it is told to stop.
pub async fn serve(config: Config) -> Result<(), String> {
    let app = open(config).await?;
    let listener = listen(app.config.address).await?;
    if let Some(address) = app.config.metrics_address() {
        app.metrics.open();
        let listener = listen(address).await?;
        say(&app, "metrics on", &listener)?;
        tokio::spawn(axum::serve(listener, metrics::routes(app.clone())).into_future());
    }
    let care = [
        tokio::spawn(care(app.clone(), SEALING, seal)),
        tokio::spawn(care(app.clone(), LOOKING_AROUND, |app| async move {
            jobs::resume(&app).await
        })),
        tokio::spawn(care(app.clone(), SWEEPING, sweep)),
        tokio::spawn(care(app.clone(), WARMING, ledgers::warm)),
    ];
    let routes = router(app.clone()).into_make_service_with_connect_info::<SocketAddr>();
    say(&app, "listening on", &listener)?;
    let told = app.clone();
    let served = axum::serve(listener, routes).with_graceful_shutdown(async move {
        told_to_stop().await;
        tracing::info!("told to stop");
        told.work.stop();
    });
    let until = async {
        app.work.stopping().await;
        tokio::time::sleep(Duration::from_secs(app.config.shutdown_seconds)).await;
    };
    tokio::select! {
        served = served => served.map_err(readable)?,
        () = until => tracing::warn!("requests are cut off: they have gone on for too long"),
    }
    finish(&app, care).await;
    Ok(())
}

async fn listen(address: SocketAddr) -> Result<TcpListener, String> {
    let bound = TcpListener::bind(address).await;
    bound.map_err(|error| format!("{address}: {error}"))
}

/// Says where it listens: people and scripts wait for this line.
fn say(app: &App, what: &str, listener: &TcpListener) -> Result<(), String> {
    let address = listener.local_addr().map_err(readable)?;
    if app.config.log == "json" {
        tracing::info!("{what} http://{address}");
    } else {
        eprintln!("{what} http://{address}");
    }
    Ok(())
}

async fn told_to_stop() {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut terminate) = signal(SignalKind::terminate()) else {
        return std::future::pending().await;
    };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = tokio::signal::ctrl_c() => {}
    }
}

/// What was begun comes to its end or to a safe point, the log gets its last seals, the store is closed.
async fn finish(app: &App, care: [tokio::task::JoinHandle<()>; 4]) {
    let end = Instant::now() + LAST_MOMENTS;
    for task in care {
        // Each ends by itself as soon as it has finished what it is at.
        if timeout_at(end, task).await.is_err() {
            break;
        }
    }
    if !app.work.finished(end.saturating_duration_since(Instant::now())).await {
        tracing::warn!("work is cut off; it goes on at the next start");
    }
    if let Err(error) = seal(app.clone()).await {
        tracing::warn!(%error, "the last lines are sealed at the next start");
    }
    if timeout_at(Instant::now() + LAST_MOMENTS, app.store.close())
        .await
        .is_err()
    {
        tracing::warn!("the store is left while it is at work; what was not committed is not there");
    }
    tracing::info!("stopped");
}

/// Does something now and then until the process is to stop.
async fn care<F>(app: App, every: Duration, task: impl Fn(App) -> F)
where
    F: Future<Output = Result<(), AppError>>,
{
    let mut now_and_then = interval(every);
    now_and_then.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = app.work.stopping() => return,
            _ = now_and_then.tick() => {}
        }
        if let Err(error) = task(app.clone()).await {
            tracing::warn!(%error, "what is done now and then was not done");
        }
    }
}

/// Seals what waits (`security.md` A53), batch by batch, so that nobody who writes waits for long.
pub async fn seal(app: App) -> Result<(), AppError> {
    while db::seals::is_waited_for(&mut *app.store.reader().await?).await? {
        let mut tx = app.store.begin_in_turn("audit_seals").await?;
        let sealed = db::seals::seal(&mut tx, SEALED_AT_ONCE).await?;
        tx.commit().await?;
        if sealed < SEALED_AT_ONCE as usize || app.work.is_stopping() {
            break;
        }
    }
    Ok(())
}

/// Removes what is over: sessions, bulks that were never begun, failed attempts, what nobody fetched, files that nobody has gone on sending, and
/// uploads of more than a week ago that were never saved.
async fn sweep(app: App) -> Result<(), AppError> {
    let now = app.clock.now();
    let ago = |seconds: i64| app.clock.after(-seconds);
    let mut tx = app.store.begin().await?;
    db::sessions::sweep(&mut tx, &now).await?;
    db::attachments::sweep(&mut tx, &ago(7 * 24 * 3_600), &now).await?;
    db::jobs::sweep(&mut tx, &ago(24 * 3_600)).await?;
    throttle::sweep(&app, &mut tx).await?;
    handouts::sweep(&app, &mut tx).await?;
    tx.commit().await?;
    super::accounts::disable_idle(&app, app.config.disable_unused_days).await?;
    pieces::sweep(&app).await?;
    imports::sweep(&app).await?;
    let head = db::seals::head(&mut *app.store.reader().await?).await?;
    // Outside the store, so that a chain that is cut off at its end can be told from a whole one.
    tracing::info!(position = head.position, hash = head.hash, "audits sealed");
    Ok(())
}
