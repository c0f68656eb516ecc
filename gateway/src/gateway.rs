//! What every handler may need, put together once at start.

use std::sync::Arc;

use crate::{
    audit::{AuditTrail, requests::Said},
    client_address::TrustedProxies,
    films::{secret::PlatformToken, service::Films},
    render::Renderer,
    source::Source,
};

/// The service's parts. Cloning clones references.
#[derive(Clone)]
pub struct Gateway {
    /// Where pictures come from.
    pub source: Arc<dyn Source>,
    /// Films.
    pub films: Arc<Films>,
    /// Audit trail.
    pub audit: Arc<AuditTrail>,
    /// The credential of other systems; `None` = they cannot come in over HTTP.
    pub platform: Option<PlatformToken>,
    /// Proxies whose word on the client's address is believed.
    pub proxies: Arc<TrustedProxies>,
    /// Draws small pictures.
    pub renderer: Arc<Renderer>,
    /// What the audit trail has already heard.
    pub said: Arc<Said>,
}

impl Gateway {
    /// Parts without platform credential and trusted proxies; pictures are not kept.
    pub fn new(source: Arc<dyn Source>, films: Arc<Films>, audit: Arc<AuditTrail>) -> Self {
        Self {
            source,
            films,
            audit,
            platform: None,
            proxies: Arc::default(),
            renderer: Arc::new(Renderer::new(None)),
            said: Arc::default(),
        }
    }
}
